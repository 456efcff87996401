// Pictures of the page for the README, of fixtures at a fixed time: docs/screenshots/*.png.
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { troubledFleet, usualFleet } from '../../packages/page/src/testing/fleets.ts'
import { launchBrowser, narrow, type View, wide } from './browser.ts'
import { serveFixture } from './serve.ts'
import { NOW } from './stage.ts'

const MOST_BYTES = 150_000
const folder = join(import.meta.dirname, '../../docs/screenshots')
mkdirSync(folder, { recursive: true })

interface Picture {
  readonly name: string
  readonly view: View
  readonly fleet: typeof usualFleet
  readonly arrange?: (page: Page) => Promise<unknown>
}

const pictures: readonly Picture[] = [
  { name: 'wide-light', view: { ...wide, height: 1120 }, fleet: usualFleet },
  { name: 'wide-dark', view: { ...wide, height: 1120, colors: 'dark' }, fleet: troubledFleet },
  { name: 'narrow-light', view: narrow, fleet: troubledFleet },
  { name: 'narrow-dark', view: { ...narrow, colors: 'dark' }, fleet: usualFleet },
  {
    name: 'task-story',
    view: { ...wide, width: 1000, height: 700 },
    fleet: usualFleet,
    arrange: (page) => page.locator('.tasks .subject').first().click(),
  },
  {
    name: 'machine-story',
    view: { ...wide, width: 1000, height: 700, colors: 'dark' },
    fleet: usualFleet,
    arrange: (page) => page.locator('.machines .subject').first().click(),
  },
]

const browser = await launchBrowser()
for (const { name, view, fleet, arrange } of pictures) {
  const server = await serveFixture(await fleet(NOW))
  const { page, context } = await browser.open(server.url, view)
  await page.waitForSelector('.bars')
  await arrange?.(page)
  await page.waitForTimeout(500)
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path })
  const { size } = statSync(path)
  console.log(`${name}.png: ${(size / 1000).toFixed(0)} kB`)
  if (size > MOST_BYTES) throw new Error(`${name}.png is larger than ${MOST_BYTES / 1000} kB`)
  await context.close()
  await server.close()
}
await browser.close()
