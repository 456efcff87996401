import type { ComponentChildren, VNode } from 'preact'

/** A state in a word, with its colour beside it. */
export function Badge({
  kind,
  children,
}: {
  readonly kind: string
  readonly children: ComponentChildren
}): VNode {
  return <span class={`badge ${kind}`}>{children}</span>
}
