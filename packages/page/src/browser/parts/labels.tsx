import type { VNode } from 'preact'
import { Clipped } from './clipped.tsx'

/** A task's labels, as they were written; those of nobody's making left out by the server. */
export function Labels({ labels }: { readonly labels: Readonly<Record<string, string>> }): VNode | null {
  const entries = Object.entries(labels)
  if (entries.length === 0) return null
  return (
    <ul class="labels" aria-label="Labels">
      {entries.map(([name, value]) => (
        <li key={name}>
          <Clipped text={`${name}=${value}`} most={48} />
        </li>
      ))}
    </ul>
  )
}
