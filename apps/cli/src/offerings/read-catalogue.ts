import {
  type CallOptions,
  type CatalogueTable,
  type Provider,
  UnexpectedAnswer,
} from '@woodpeckers/autoscaler-core'
import { priceText } from './price-text.ts'

/** What the cloud has; failing that what the settings offer, with prices where they are known; or nothing. */
export async function readCatalogue(
  provider: Provider,
  call: CallOptions,
): Promise<readonly CatalogueTable[]> {
  if (provider.catalogue) return checkedTables(await provider.catalogue(call))
  const offerings = (await provider.offerings?.(call)) ?? []
  if (offerings.length === 0) return []
  const rows = offerings.map(({ id, hourlyPrice }) => [id, hourlyPrice ? priceText(hourlyPrice) : 'unknown'])
  return [{ title: 'Offerings, in the order to try', columns: ['offering', 'price an hour'], rows }]
}

/** Types do not reach a provider written in JavaScript. */
export function checkedTables(tables: unknown): readonly CatalogueTable[] {
  const isTable = (table: Partial<CatalogueTable> | undefined) =>
    typeof table?.title === 'string' &&
    Array.isArray(table.columns) &&
    Array.isArray(table.rows) &&
    table.rows.every((row) => Array.isArray(row) && row.every((cell) => typeof cell === 'string'))
  if (Array.isArray(tables) && tables.every(isTable)) return tables
  throw new UnexpectedAnswer('its catalogue() answers something that is no list of tables')
}
