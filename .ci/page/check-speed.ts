import { loadPage } from '../../packages/page/src/index.ts'
import { greatFleet } from '../../packages/page/src/testing/fleets.ts'
import { wide } from './browser.ts'
import { holds } from './checks.ts'
import { firstPaintMs, measureFrames } from './measure.ts'
import { NOW, type Stage } from './stage.ts'

const FRAME_MS = 1000 / 60

/** Is it light, and fast? */
export async function checkSpeed({ checks, withPage }: Stage): Promise<void> {
  await checks.check('the page is light', async () => {
    const files = [...(await loadPage())].flatMap(([path, file]) => (path === '/licenses.md' ? [] : [file]))
    const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} kB`
    const br = files.reduce((sum, file) => sum + file.br.length, 0)
    const gzip = files.reduce((sum, file) => sum + file.gzip.length, 0)
    holds(gzip < 80 * 1024, `${kilobytes(gzip)} by gzip`)
    return `${kilobytes(br)} by brotli, ${kilobytes(gzip)} by gzip`
  })

  await checks.check(
    'a thousand machines and a day: first paint and frames, not far from a second and 60',
    () =>
      withPage(greatFleet(NOW), wide, async ({ page }) => {
        const paint = await firstPaintMs(page)
        await page.waitForSelector('.bars')
        await page.getByRole('button', { name: '24 h', exact: true }).click()
        await page.waitForTimeout(500)
        const hovering = await measureFrames(page, 120, false)
        await page.getByRole('button', { name: '6 h', exact: true }).click()
        await page.getByRole('button', { name: 'Earlier' }).click()
        await page.waitForTimeout(500)
        const panning = await measureFrames(page, 120, true)
        const machines = await page.locator('.figures .value').nth(2).textContent()
        const words = ({ median, p95, work }: typeof panning): string =>
          `median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, of which ${work.toFixed(1)} ms are work`
        const said = `${machines} machines; first paint after ${paint.toFixed(0)} ms; hovering 24 h ${words(hovering)}; panning 6 h ${words(panning)}`
        // What is measured is said above. These machines paint without a graphics card, on cores that others use too: only
        // what is several times too slow fails.
        holds(paint < 3 * 1000, said)
        holds(hovering.median < 3 * FRAME_MS && panning.median < 3 * FRAME_MS, said)
        holds(hovering.work < 3 * FRAME_MS && panning.work < 3 * FRAME_MS, said)
        return said
      }),
  )
}
