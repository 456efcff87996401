// Compares our OpenAPI document of Woodpecker with upstream's: node .ci/check-openapi.ts <upstream.json>
import { readFile } from 'node:fs/promises'
import { compareOpenApi } from '../tools/codegen/src/compare-openapi.ts'
import { readDifferences, readDocument } from '../tools/codegen/src/read-documents.ts'

const upstream = process.argv[2]
if (upstream === undefined) {
  console.error('usage: node .ci/check-openapi.ts <upstream.json>')
  process.exit(2)
}
const folder = new URL('../packages/woodpecker/', import.meta.url)
const { operations, fields, unknown, known, unused } = compareOpenApi(
  readDocument(await readFile(new URL('openapi.yaml', folder), 'utf8')),
  readDocument(await readFile(upstream, 'utf8')),
  readDifferences(await readFile(new URL('openapi-differences.yaml', folder), 'utf8')),
)
for (const { at, what } of unknown) console.error(`differs: ${at}: ${what}`)
for (const { at } of unused) console.error(`listed as a known difference, but there is none: ${at}`)
console.log(
  `openapi: ${operations} operations and ${fields} fields compared with upstream's, ${known.length} known differences, ${unknown.length + unused.length} problems`,
)
process.exit(unknown.length + unused.length === 0 ? 0 : 1)
