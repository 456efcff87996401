import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { builtInDefinitions } from '../providers/built-in.ts'
import { configPage, WRITE_PAGE } from './config-page.ts'
import { poolKeys, processKeys, serverKeys } from './file-keys.ts'

const page = readFileSync(new URL('../../../../docs/config.md', import.meta.url), 'utf8')

test('docs/config.md is what the schema gives', async () => {
  const made = configPage(await builtInDefinitions())
  expect(page === made, `docs/config.md is not what the schema gives: run \`${WRITE_PAGE}\``).toBe(true)
})

test('it has every key of the file', () => {
  const keys = [serverKeys, processKeys, poolKeys].flatMap((part) => Object.values(part))
  expect(keys.filter(({ path }) => !page.includes(`| \`${path}\` |`))).toEqual([])
})

test('it says in which defaults a file differs from flags', () => {
  const rows = page.match(/\| key \| in a file \| as a flag \|\n[^\n]*\n((?:\|.*\n)+)/)?.[1]
  expect(rows?.trim().split('\n')).toEqual([
    '| `min` | 0 | `--min-agents`: 1 |',
    '| `workflowsPerAgent` | 1 | `--workflows-per-agent`: 2 |',
    '| `billingTeardownMargin` | 5m | `--agent-billing-teardown-margin`: 2m |',
  ])
})

test('nothing on it is a flag that should be a key', () => {
  const flags = page.slice(page.indexOf('## server')).match(/--[a-z][a-z-]+/g)
  expect(flags).toBeNull()
})
