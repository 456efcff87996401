import type { Page } from 'playwright-core'

/** How long the frames were while something went on, in milliseconds. */
export interface Frames {
  readonly count: number
  readonly median: number
  readonly p95: number
  readonly longest: number
  /** Of the page's thread, script, layout and painting, for each: what others take of the cores is not in it. */
  readonly work: number
}

/** When the first text or picture was painted, after the navigation began. */
export async function firstPaintMs(page: Page): Promise<number> {
  const paint = await page.waitForFunction(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
  )
  return (await paint.jsonValue()) as number
}

/** Moves the pointer over the bars for so many frames, dragging or not, and answers how they went. */
export async function measureFrames(page: Page, frames: number, isDragging: boolean): Promise<Frames> {
  const box = (await page.locator('.bars').boundingBox())!
  const tools = await page.context().newCDPSession(page)
  await tools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const worked = async (): Promise<number> => {
    const { metrics } = await tools.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
  }
  const before = await worked()
  const lengths = await page.evaluate(
    ({ frames, isDragging, box }) =>
      new Promise<number[]>((resolve) => {
        const target = document.querySelector('.bars')!
        const body = document.querySelector('.timeline-body')! as HTMLElement
        // What a pointer that is made by script has not.
        body.setPointerCapture = () => {}
        const send = (kind: string, x: number, y: number): boolean =>
          target.dispatchEvent(
            new PointerEvent(kind, { bubbles: true, clientX: x, clientY: y, button: 0, pointerId: 1 }),
          )
        const xOf = (frame: number): number =>
          box.x + box.width * (0.5 + 0.4 * Math.sin((frame / frames) * Math.PI * 2))
        const lengths: number[] = []
        let before = performance.now()
        let frame = 0
        if (isDragging) send('pointerdown', xOf(0), box.y + 100)
        const step = (at: number): void => {
          lengths.push(at - before)
          before = at
          frame += 1
          if (frame > frames) {
            send('pointercancel', xOf(frame), box.y + 100)
            resolve(lengths.slice(2))
            return
          }
          send('pointermove', xOf(frame), box.y + 40 + (frame % 200))
          requestAnimationFrame(step)
        }
        requestAnimationFrame(step)
      }),
    { frames, isDragging, box },
  )
  const sorted = lengths.toSorted((one, other) => one - other)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
  return {
    count: sorted.length,
    median: at(0.5),
    p95: at(0.95),
    longest: at(1),
    work: ((await worked()) - before) / frames,
  }
}
