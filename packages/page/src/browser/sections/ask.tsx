import { useSignal } from '@preact/signals'
import type { VNode } from 'preact'
import { useContext } from 'preact/hooks'
import { OpenStory } from '../parts/open-story-context.ts'

/** Asks for any task, listed or not, as `explain` on the command line does. */
export function Ask(): VNode {
  const open = useContext(OpenStory)
  const what = useSignal('')
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault()
        const asked = what.value.trim()
        if (asked) open({ kind: 'task', id: asked })
      }}
    >
      <input
        type="search"
        aria-label="Why does a task wait? Its number, title or repository#number"
        placeholder="Why does … wait?"
        maxLength={200}
        value={what.value}
        onInput={(event) => {
          what.value = event.currentTarget.value
        }}
      />
    </form>
  )
}
