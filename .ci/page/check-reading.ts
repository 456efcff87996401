import {
  emptyFleet,
  hostileFleet,
  troubledFleet,
  usualFleet,
} from '../../packages/page/src/testing/fleets.ts'
import { seriousFindings } from './axe.ts'
import { narrow, wide } from './browser.ts'
import { holds, same } from './checks.ts'
import { closeStory, NOW, openMachine, openTask, type Stage } from './stage.ts'

/** Can it be read, by anybody, whatever it shows? */
export async function checkReading({ checks, withPage }: Stage): Promise<void> {
  for (const [name, views] of [
    ['usual', await usualFleet(NOW)],
    ['troubled', await troubledFleet(NOW)],
    ['hostile', await hostileFleet(NOW)],
    ['empty', await emptyFleet(NOW)],
  ] as const) {
    for (const view of [wide, narrow]) {
      for (const colors of ['light', 'dark'] as const) {
        await checks.check(`axe finds nothing serious: ${name}, ${view.width} wide, ${colors}`, () =>
          withPage(views, { ...view, colors }, async ({ page }) => {
            same(await seriousFindings(page), [], 'findings')
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth)
            same(overflow, view.width, 'width of what is to be scrolled')
          }),
        )
      }
    }
  }

  for (const [name, views] of [
    ['troubled', await troubledFleet(NOW)],
    ['hostile', await hostileFleet(NOW)],
  ] as const) {
    await checks.check(`axe finds nothing serious in the stories and the table: ${name}`, () =>
      withPage(views, wide, async ({ page }) => {
        await page.getByRole('button', { name: 'Show as a table' }).click()
        same(await seriousFindings(page), [], 'with the table')
        await openTask(page)
        await page.waitForSelector('dialog .answer')
        same(await seriousFindings(page), [], 'story of a task')
        await closeStory(page)
        await openMachine(page)
        await page.waitForSelector('dialog .life')
        same(await seriousFindings(page), [], 'story of a machine')
      }),
    )
  }

  await checks.check('what comes from outside is text, and the whole of it can be read', () =>
    withPage(hostileFleet(NOW), wide, async ({ page }) => {
      same(await page.locator('#page img, #page script').count(), 0, 'elements made of text')
      holds((await page.title()).startsWith('<img'), 'the title is not the text as it is')
      await page.locator('.event-list button', { hasText: 'characters' }).first().click()
      const whole = await page.locator('.event-list .whole').first().textContent()
      holds((whole?.length ?? 0) > 10_000, `only ${whole?.length} characters are shown`)
    }),
  )

  await checks.check('light and dark can be chosen, and stay so', () =>
    withPage(usualFleet(NOW), wide, async ({ page }) => {
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      const light = await ground()
      await page.getByRole('button', { name: 'Dark' }).click()
      const dark = await ground()
      holds(light !== dark, `it stays ${light}`)
      await page.reload()
      await page.waitForSelector('.pools')
      same(await ground(), dark, 'after loading it again')
    }),
  )
}
