import type { ComponentChildren, VNode } from 'preact'
import { useState } from 'preact/hooks'

interface MoreProps<T> {
  readonly items: readonly T[]
  /** How many are shown at first. */
  readonly first: number
  readonly what: string
  readonly children: (shown: readonly T[], button: ComponentChildren) => ComponentChildren
}

/** The first few of a long list, and a button for the others. */
export function More<T>({ items, first, what, children }: MoreProps<T>): VNode {
  const [isWhole, setWhole] = useState(false)
  const hidden = items.length - first
  const button = hidden > 0 && (
    <button type="button" class="link" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
      {isWhole ? `Show ${first} ${what}` : `Show ${hidden.toLocaleString('en')} more ${what}`}
    </button>
  )
  return <>{children(isWhole ? items : items.slice(0, first), button)}</>
}
