import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Clipped } from '../parts/clipped.tsx'
import { isFocusFree } from '../parts/focus.ts'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
}

/** A window over the page. The browser keeps the focus in it, closes it by Escape, and gives the focus back. */
export function Dialog({ title, onClose, children }: DialogProps): VNode {
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = element.current!
    const opener = document.activeElement
    if (!dialog.open) dialog.showModal()
    return () => {
      // It ends a moment after it was closed: who has gone on meanwhile is not called back.
      if (isFocusFree(dialog) && opener instanceof HTMLElement) opener.focus()
    }
  }, [])
  // Of a story that led to another one, what had the focus is gone.
  useEffect(() => {
    if (!element.current?.contains(document.activeElement)) element.current?.querySelector('button')?.focus()
  }, [title])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it closes it, as Escape does.
    <dialog
      ref={element}
      aria-labelledby="story-title"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) element.current?.close()
      }}
    >
      <div class="dialog-body">
        <header>
          <h2 id="story-title">
            <Clipped text={title} most={160} />
          </h2>
          <button type="button" class="close" aria-label="Close" onClick={() => element.current?.close()}>
            ×
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
