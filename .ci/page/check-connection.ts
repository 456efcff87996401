import { troubledFleet, usualFleet } from '../../packages/page/src/testing/fleets.ts'
import { seriousFindings } from './axe.ts'
import { wide } from './browser.ts'
import { holds, same } from './checks.ts'
import { serveFixture } from './serve.ts'
import { closeStory, NOW, openMachine, type Stage } from './stage.ts'

/** Does it show what is sent, say when it is cut off, and tell who it is? */
export async function checkConnection({ checks, browser, withPage }: Stage): Promise<void> {
  await checks.check('what is sent is shown at once: verdict, title, icon, bars', () =>
    withPage(usualFleet(NOW), wide, async ({ page, server }) => {
      const { status, history } = await usualFleet(NOW)
      const icon = () => page.locator('link[rel=icon]').getAttribute('href')
      const before = await icon()
      const at = NOW + 30_000
      server.send('status', { ...status, at, verdict: { level: 'trouble', sentence: 'The cloud is away.' } })
      await page.waitForFunction(() => document.title === 'The cloud is away – autoscaler')
      holds((await icon()) !== before, 'the icon is the same')
      const last = history.samples.at(-1)!
      const bar = {
        name: 'pool-linux-arm64-agent-fresh',
        pool: 'linux-arm64',
        fromAt: at,
        phases: [{ fromAt: at, doing: 'booting' }],
      }
      server.send('sample', { sample: { ...last, at, booting: [0, 77, 0] }, machines: [bar] })
      await page.waitForFunction(() =>
        document.querySelector('.timeline')?.textContent?.includes('77 booting'),
      )
      await page.getByRole('button', { name: 'Show as a table' }).click()
      await page.getByRole('button', { name: bar.name }).waitFor()
      server.send('events', {
        events: [{ seq: 1e6, at, tick: 1, kind: 'order', text: 'Somebody paused linux-arm64.' }],
      })
      await page.getByText('Somebody paused linux-arm64.').waitFor()
    }),
  )

  await checks.check('an order that ends something is asked about first, and a refusal is told', () =>
    withPage(troubledFleet(NOW), wide, async ({ page, server }) => {
      await openMachine(page)
      await page.getByRole('button', { name: /^Drain/ }).click()
      await page.getByRole('button', { name: 'No', exact: true }).click()
      same(server.orders, [], 'orders')
      await page.getByRole('button', { name: /^Drain/ }).click()
      await page.getByRole('button', { name: 'Yes, drain' }).click()
      await page.getByText('it is as the fixture says').waitFor()
      same(await seriousFindings(page), [], 'findings')
      await closeStory(page)
      const name = await page.locator('.machines .subject').first().textContent()
      same(server.orders, [`PUT drain/pool-linux-amd64-${name}`], 'orders')
    }),
  )

  await checks.check('a server that goes away is said to be away, and found again', () =>
    withPage(usualFleet(NOW), wide, async ({ page, server }) => {
      server.drop()
      await page.getByText('Disconnected').waitFor()
      await page.getByText('Not live.').waitFor()
      same(await seriousFindings(page), [], 'findings while it is away')
      // By then it tries so seldom that it does not come first.
      await page.getByText(/else in [4-9] s/).waitFor()
      server.isUp = true
      await page.getByRole('button', { name: /Try now/ }).click()
      await page.getByText('Live', { exact: true }).waitFor()
      server.drop()
      await page.getByText('Disconnected').waitFor()
      server.isUp = true
      await page.getByText('Live', { exact: true }).waitFor({ timeout: 5_000 })
    }),
  )

  await checks.check('a token is asked for, or taken from the address and out of it', async () => {
    const server = await serveFixture(await usualFleet(NOW), 'open-sesame')
    const { page, complaints, context } = await browser.open(server.url, wide)
    await page.getByLabel(/wants its token/).fill('wrong')
    same(await seriousFindings(page), [], 'findings')
    await page.keyboard.press('Enter')
    await page.getByLabel(/wants its token/).fill('open-sesame')
    await page.getByRole('button', { name: 'Show the page' }).click()
    await page.waitForSelector('.pools')
    same(complaints, [], 'complaints of the browser')
    await context.close()
    const other = await browser.open(`${server.url}/#token=open-sesame`, wide)
    await other.page.waitForSelector('.pools')
    same(new URL(other.page.url()).hash, '', 'what is left in the address')
    await other.context.close()
    await server.close()
  })
}
