import type { VNode } from 'preact'
import { Clipped } from '../parts/clipped.tsx'
import { VerdictIcon } from '../parts/icons.tsx'
import type { PageState } from '../state/page-state.ts'
import { Freshness } from './freshness.tsx'
import { ThemeSwitch } from './theme-switch.tsx'

/** Is all well? And how old is what is shown. */
export function Masthead({ state }: { readonly state: PageState }): VNode {
  const { status } = state.data.value
  return (
    <header class="masthead">
      {/* Read out when it changes: it is what one would want to hear. */}
      <h1 class={status?.verdict.level ?? 'unknown'} aria-live="polite">
        {status ? (
          <>
            <VerdictIcon level={status.verdict.level} />
            <span>
              <Clipped text={status.verdict.sentence} most={240} />
            </span>
          </>
        ) : (
          <span>Autoscaler</span>
        )}
      </h1>
      <div class="masthead-aside">
        <Freshness state={state} />
        <ThemeSwitch />
      </div>
    </header>
  )
}
