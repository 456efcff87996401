import { troubledFleet, usualFleet } from '../../packages/page/src/testing/fleets.ts'
import { wide } from './browser.ts'
import { holds, same } from './checks.ts'
import { closeStory, NOW, openMachine, type Stage } from './stage.ts'

/** Can everything be done without a pointer? */
export async function checkKeyboard({ checks, withPage }: Stage): Promise<void> {
  await checks.check('the keyboard reaches everything, and it can be seen where it is', () =>
    withPage(troubledFleet(NOW), wide, async ({ page }) => {
      const wanted = await page.evaluate(
        () =>
          [
            ...document.querySelectorAll<HTMLElement>(
              'button:enabled, a[href], input, summary, [tabindex="0"]',
            ),
          ].filter((element) => element.checkVisibility()).length,
      )
      const seen = new Set<string>()
      for (let press = 0; press < wanted + 5; press++) {
        await page.keyboard.press('Tab')
        const at = await page.evaluate(() => {
          const element = document.activeElement as HTMLElement
          if (element === document.body) return undefined
          const place = [...document.querySelectorAll('*')].indexOf(element)
          return {
            place: String(place),
            outline: getComputedStyle(element).outlineStyle,
            tag: element.outerHTML.slice(0, 90),
          }
        })
        if (!at) break
        holds(at.outline !== 'none', `no outline at ${at.tag}`)
        seen.add(at.place)
      }
      same(seen.size, wanted, 'elements that were reached')
      return `${wanted} places`
    }),
  )

  await checks.check('arrow keys go through the bars, Enter opens a story, Escape gives the focus back', () =>
    withPage(usualFleet(NOW), wide, async ({ page }) => {
      await page.locator('.bars').focus()
      await page.keyboard.press('ArrowDown')
      const told = page.locator('.timeline p[aria-live]')
      await page.waitForFunction(() => document.querySelector('.timeline p[aria-live]')?.textContent)
      const first = await told.textContent()
      for (const key of ['ArrowLeft', 'ArrowDown', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key)
      const second = await told.textContent()
      holds(first !== second, `still at ${first}`)
      await page.keyboard.press('Enter')
      const title = await page.locator('dialog h2').textContent()
      holds(Boolean(second?.startsWith(`${title},`)), `the story is of ${title}, chosen was ${second}`)
      await closeStory(page)
      holds(
        await page.evaluate(() => document.activeElement?.classList.contains('bars') ?? false),
        'the focus is elsewhere',
      )
      return second ?? ''
    }),
  )

  await checks.check('one story leads to another, and the focus comes back to where it began', () =>
    withPage(usualFleet(NOW), wide, async ({ page }) => {
      const focused = () => page.evaluate(() => document.activeElement?.textContent)
      await page.locator('.machines .subject').first().focus()
      const began = await focused()
      await page.keyboard.press('Enter')
      await page.locator('dialog .plain .subject').first().focus()
      await page.keyboard.press('Enter')
      await page.waitForSelector('dialog .answer')
      holds(
        await page.evaluate(() => document.activeElement?.closest('dialog') !== null),
        'it left the story',
      )
      await closeStory(page)
      same(await focused(), began, 'what has the focus')
    }),
  )

  await checks.check('who goes on while a story closes is not called back', () =>
    withPage(usualFleet(NOW), wide, async ({ page }) => {
      await openMachine(page)
      await page.waitForSelector('dialog .life')
      await page.evaluate(() => {
        document.querySelector('dialog')!.close()
        document.querySelector<HTMLElement>('.ask input')!.focus()
      })
      await page.waitForSelector('dialog', { state: 'detached' })
      holds(await page.evaluate(() => document.activeElement?.matches('.ask input') ?? false), 'it was')
    }),
  )

  await checks.check('an order that is asked about keeps the focus: on No, and back', () =>
    withPage(troubledFleet(NOW), wide, async ({ page }) => {
      const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim())
      await openMachine(page)
      const drain = page.getByRole('button', { name: /^Drain/ })
      await drain.focus()
      const word = await focused()
      for (const [key, has] of [
        ['Enter', 'No'],
        ['Enter', word],
      ] as const) {
        await page.keyboard.press(key)
        await page.waitForFunction((text) => document.activeElement?.textContent?.trim() === text, has)
      }
    }),
  )
}
