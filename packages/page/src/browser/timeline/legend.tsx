import type { VNode } from 'preact'
import { doingKinds, doings } from './doing.ts'

/** What the colours and heights mean. */
export function Legend(): VNode {
  return (
    <ul class="legend" aria-label="What the colours mean">
      {doingKinds.map((kind) => (
        <li key={kind}>
          <i class={`swatch ${kind}`} aria-hidden="true" />
          {doings[kind].word}
        </li>
      ))}
      <li>
        <i class="swatch wanted" aria-hidden="true" />
        wanted by tasks
      </li>
      <li>
        <i class="swatch unmet" aria-hidden="true" />
        not met
      </li>
    </ul>
  )
}
