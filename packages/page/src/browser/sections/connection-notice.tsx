import { useSignal } from '@preact/signals'
import type { VNode } from 'preact'
import { clip } from '../format/clip.ts'
import { duration } from '../format/duration.ts'
import type { PageState } from '../state/page-state.ts'

interface ConnectionNoticeProps {
  readonly state: PageState
  readonly onToken: (token: string) => void
  readonly onRetry: () => void
}

/** What is wrong with the connection, and what can be done; nothing while it is live. */
export function ConnectionNotice({ state, onToken, onRetry }: ConnectionNoticeProps): VNode | null {
  const connection = state.connection.value
  if (connection.kind === 'locked') return <TokenForm onToken={onToken} />
  if (connection.kind !== 'lost') return null
  const waitMs = Math.max(0, connection.retryAt - state.clock.value)
  return (
    <div class="notice">
      {/* Without the seconds: it would be read aloud with each of them. */}
      <p role="alert">
        <strong>Not live.</strong> {sentence(clip(connection.why, 200).shown)} What is shown may have changed
        since.
      </p>
      <button type="button" onClick={onRetry}>
        Try now <span class="muted">(else in {duration(waitMs)})</span>
      </button>
    </div>
  )
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`
}

function TokenForm({ onToken }: { readonly onToken: (token: string) => void }) {
  const token = useSignal('')
  return (
    <form
      class="notice"
      onSubmit={(event) => {
        event.preventDefault()
        if (token.value) onToken(token.value.trim())
      }}
    >
      <label for="token">
        <strong>This autoscaler wants its token.</strong> It is kept for this tab alone.
      </label>
      <input
        id="token"
        type="password"
        autocomplete="off"
        required
        pattern="\s*[!-~]+\s*"
        title="letters, digits and signs of ASCII, without spaces"
        value={token.value}
        onInput={(event) => {
          token.value = event.currentTarget.value
        }}
      />
      <button type="submit">Show the page</button>
    </form>
  )
}
