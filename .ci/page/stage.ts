import type { Page } from 'playwright-core'
import type { FixtureViews } from '../../packages/page/src/testing/fixture-views.ts'
import type { Browser, View, WatchedPage } from './browser.ts'
import { type Checks, same } from './checks.ts'
import { type FixtureServer, serveFixture } from './serve.ts'

/** When the fixtures are: the same at each run. */
export const NOW: number = Date.UTC(2026, 10, 20, 14, 30)

/** What all checks need. */
export interface Stage {
  readonly checks: Checks
  readonly browser: Browser
  /** Opens the page of a fleet, and expects no complaint of it at the end. */
  readonly withPage: <T>(
    fleet: Promise<FixtureViews>,
    view: View,
    use: (opened: Opened) => Promise<T>,
  ) => Promise<T>
}

export interface Opened extends WatchedPage {
  readonly server: FixtureServer
}

export function setStage(checks: Checks, browser: Browser): Stage {
  return {
    checks,
    browser,
    withPage: async (fleet, view, use) => {
      const server = await serveFixture(await fleet)
      const watched = await browser.open(server.url, view)
      try {
        await watched.page.waitForSelector('.pools')
        const result = await use({ ...watched, server })
        same(watched.complaints, [], 'complaints of the browser')
        return result
      } finally {
        await watched.context.close()
        await server.close()
      }
    },
  }
}

export function openTask(page: Page): Promise<void> {
  return page.locator('.tasks .subject').first().click()
}

export function openMachine(page: Page): Promise<void> {
  return page.locator('.machines .subject').first().click()
}

/** By the keyboard, and it is gone: the browser tells of a dialog's end a moment after the key. */
export async function closeStory(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await page.waitForSelector('dialog', { state: 'detached' })
}
