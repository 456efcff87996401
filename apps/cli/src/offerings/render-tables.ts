import type { CatalogueTable } from '@woodpeckers/autoscaler-core'
import type { Style } from '../terminal/style.ts'
import { renderTable } from '../terminal/table.ts'

/** Tables for people, or the one line that there are none. */
export function renderTables(provider: string, tables: readonly CatalogueTable[], style: Style): string {
  if (tables.length === 0) return `provider ${provider} has no offerings: there is nothing to choose from\n`
  const blocks = tables.map(({ title, columns, rows }) => {
    const head = columns.map((column) => style.quiet(column))
    const body = rows.length === 0 ? ['  none'] : renderTable([head, ...rows], '  ')
    return [style.title(title), ...body].map((line) => `${line}\n`).join('')
  })
  return blocks.join('\n')
}
