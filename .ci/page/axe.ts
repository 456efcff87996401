import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axeScript = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds of WCAG 2.2 AA and of good practice, serious or worse, as one line each. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  // As an extension would: the page's own policy lets no script in.
  await page.evaluate(axeScript)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run: (options: object) => Promise<{
          violations: {
            id: string
            impact: string
            help: string
            nodes: { html: string; any: { message: string }[] }[]
          }[]
        }>
      }
    }
    const { violations } = await axe.run({ resultTypes: ['violations'] })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => {
        const [first] = nodes
        return `${id}: ${help}, ${nodes.length} times, first ${first?.html.slice(0, 160)} ${first?.any[0]?.message ?? ''}`
      })
  })
}
