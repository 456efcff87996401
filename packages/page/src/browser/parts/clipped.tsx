import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { clip } from '../format/clip.ts'

interface ClippedProps {
  readonly text: string
  /** In characters. */
  readonly most: number
}

/** A text from outside, cut to what fits, with a button that shows the whole where something was cut. */
export function Clipped({ text, most }: ClippedProps): VNode {
  const [isWhole, setWhole] = useState(false)
  const { shown, isClipped } = clip(text, isWhole ? Number.POSITIVE_INFINITY : most)
  if (!isClipped && !isWhole) return <bdi>{shown}</bdi>
  return (
    <>
      <bdi class={isWhole ? 'whole' : undefined}>{shown}</bdi>{' '}
      <button
        type="button"
        class="link"
        aria-expanded={isWhole}
        onClick={(event) => {
          event.stopPropagation()
          setWhole(!isWhole)
        }}
      >
        {isWhole ? 'less' : `all ${text.length.toLocaleString('en')} characters`}
      </button>
    </>
  )
}
