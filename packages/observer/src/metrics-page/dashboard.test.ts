import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly {
    readonly refId: string
    readonly expr: string
    readonly legendFormat: string
  }[]
}

const file = new URL('../../../../examples/monitoring/dashboard.json', import.meta.url)
const dashboard = JSON.parse(readFileSync(file, 'utf8')) as { readonly panels: readonly Panel[] }

test('its panels have ids of their own, and none lies on another', () => {
  const cells = new Set<string>()
  for (const { gridPos, title } of dashboard.panels)
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(x, title).toBeLessThan(24)
        expect(cells.has(`${x},${y}`), title).toBe(false)
        cells.add(`${x},${y}`)
      }
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
})

test('what it sums by is in its legends, so that no two lines look the same', () => {
  for (const { targets = [], title } of dashboard.panels)
    for (const { expr, legendFormat } of targets) {
      const [, list = ''] = /^\w+ by \(([^)]*)\)/.exec(expr) ?? []
      for (const label of list.split(',').map((each) => each.trim()))
        if (label !== '' && label !== 'le') expect(legendFormat, title).toContain(`{{${label}}}`)
    }
})

test('money is never summed over currencies', () => {
  const money = dashboard.panels
    .flatMap(({ targets = [] }) => targets)
    .filter(({ expr }) => /_(hourly_cost|cost_total|spent_today)\b/.test(expr))
  expect(money.length).toBeGreaterThan(4)
  for (const { expr } of money) expect(expr).toMatch(/by \([^)]*currency[^)]*\)/)
})
