import type { VNode } from 'preact'
import { clip } from '../format/clip.ts'
import type { PageState } from '../state/page-state.ts'

/** What came of the last order, until it was read. */
export function SaidNotice({ state }: { readonly state: PageState }): VNode {
  const said = state.said.value
  return (
    <div class="said" role="status">
      {said && (
        <p class={said.isRefusal ? 'refusal' : undefined}>
          <span>{clip(said.text, 400).shown}</span>
          <button
            type="button"
            class="close"
            aria-label="Dismiss"
            onClick={() => {
              state.said.value = undefined
            }}
          >
            ×
          </button>
        </p>
      )}
    </div>
  )
}
