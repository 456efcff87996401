import type { CatalogueTable } from '@woodpeckers/autoscaler-core'

export interface CatalogueJson {
  readonly provider: string
  /** Empty where the provider has none. */
  readonly tables: readonly {
    readonly title: string
    /** Each with its cells by the name of their column. */
    readonly rows: readonly Readonly<Record<string, string>>[]
  }[]
}

/** Tables for programs: `jq '.tables[0].rows[] | .type'`. */
export function tablesToJson(provider: string, tables: readonly CatalogueTable[]): CatalogueJson {
  return {
    provider,
    tables: tables.map(({ title, columns, rows }) => ({
      title,
      rows: rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? '']))),
    })),
  }
}
