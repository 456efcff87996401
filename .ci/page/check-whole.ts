import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reportHtml } from '../../packages/page/src/index.ts'
import { troubledFleet, usualFleet } from '../../packages/page/src/testing/fleets.ts'
import { seriousFindings } from './axe.ts'
import { wide } from './browser.ts'
import { same } from './checks.ts'
import { startDemo } from './demo.ts'
import { closeStory, NOW, openMachine, type Stage } from './stage.ts'

/** The program itself as a process, and the report as a file. */
export async function checkWhole({ checks, browser }: Stage): Promise<void> {
  await checks.check(
    'the demo is shown live: machines come, have stories, and its end is noticed',
    async () => {
      const demo = await startDemo()
      try {
        const { page, complaints, context } = await browser.open(demo.url, wide)
        await page.waitForSelector('.bars', { timeout: 20_000 })
        await page.waitForSelector('.machines .subject', { timeout: 20_000 })
        same(await seriousFindings(page), [], 'findings')
        await openMachine(page)
        await page.waitForSelector('dialog .life')
        await page.locator('dialog .event-list li').first().waitFor()
        await closeStory(page)
        await page.getByLabel(/Why does a task wait/).fill('no such task')
        await page.keyboard.press('Enter')
        await page.getByText('No such task is in the queue').waitFor()
        await closeStory(page)
        await page.getByRole('button', { name: 'Pause demo' }).click()
        await page.getByText('the page paused pool demo').first().waitFor()
        await page.getByRole('button', { name: 'Take back Paused: demo' }).click()
        await page.getByRole('button', { name: 'Pause demo' }).waitFor()
        await demo.end()
        await page.getByText('Disconnected').waitFor()
        same(complaints, [], 'complaints of the browser')
        await context.close()
      } finally {
        await demo.end()
      }
    },
  )

  await checks.check('a report is one file that shows its runs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'report-'))
    const { history } = await usualFleet(NOW)
    const name = '</script><img src=x onerror=alert(1)> plain'
    const html = await reportHtml({
      title: 'A day in three settings',
      summaryRows: ['waiting, p95', 'cost'],
      runs: [
        { name: 'a.yaml', history, summary: { 'waiting, p95': '41 s', cost: '€4.10' } },
        {
          name,
          history: (await troubledFleet(NOW)).history,
          summary: { 'waiting, p95': '8 min', cost: '€2.90' },
        },
      ],
    })
    const file = join(folder, 'report.html')
    writeFileSync(file, html)
    const { page, complaints, context } = await browser.open(`file://${file}`, wide)
    await page.getByRole('heading', { name: name }).waitFor()
    same(await page.locator('.bars').count(), 2, 'timelines')
    same(await page.locator('#page img').count(), 0, 'pictures')
    same(await seriousFindings(page), [], 'findings')
    await page.locator('.bars').first().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForSelector('dialog .life')
    same(complaints, [], 'complaints of the browser')
    await context.close()
    rmSync(folder, { recursive: true })
    return `${(html.length / 1024).toFixed(0)} kB`
  })
}
