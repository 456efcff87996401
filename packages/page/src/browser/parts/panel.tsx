import type { ComponentChildren, VNode } from 'preact'

interface PanelProps {
  readonly id: string
  readonly title: string
  /** Beside the title, small. */
  readonly aside?: ComponentChildren
  readonly children: ComponentChildren
}

/** A part of the page with its heading. */
export function Panel({ id, title, aside, children }: PanelProps): VNode {
  return (
    <section class={`panel ${id}`} aria-labelledby={`${id}-title`}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}

/** What will be here once there is something. */
export function Empty({ children }: { readonly children: ComponentChildren }): VNode {
  return <p class="empty muted">{children}</p>
}
