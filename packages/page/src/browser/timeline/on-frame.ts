import { effect } from '@preact/signals'

/** Draws once in the next frame after what `track` reads has changed, however often; answers what ends that. */
export function drawOnChange(track: () => unknown, draw: () => void): () => void {
  let frame = 0
  const end = effect(() => {
    track()
    if (frame === 0)
      frame = requestAnimationFrame(() => {
        frame = 0
        draw()
      })
  })
  return () => {
    end()
    cancelAnimationFrame(frame)
  }
}
