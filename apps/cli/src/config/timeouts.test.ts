import { expect, test } from 'vitest'
import { AFile, SERVER } from './a-file.test-setup.ts'
import { timeoutWarnings } from './timeouts.ts'

const MINUTE_MS = 60_000

async function warnings(more: string, before = ''): Promise<readonly string[]> {
  using file = new AFile()
  const config = await file.config(
    `${SERVER}${before}pools:\n  - { id: a, provider: hetznercloud, hetznercloud: { apiToken: t, serverType: [cx23] }${more} }\n`,
  )
  return timeoutWarnings(config.pools[0]!, config.process)
}

test('the defaults work together', async () => {
  expect(await warnings('')).toEqual([])
})

test.each([
  [
    ', inactivityTimeout: 2m',
    /^inactivityTimeout of pool a is 2m and bootAllowance of pool a is 3m: a machine that boots slowly/,
  ],
  [
    ', inactivityTimeout: 10m, bootAllowance: 10m',
    /^inactivityTimeout of pool a is 10m and bootAllowance of pool a is 10m/,
  ],
  [
    ', maxAge: 10m, inactivityTimeout: 20m, bootAllowance: 12m',
    /^maxAge of pool a is 10m and bootAllowance of pool a is 12m: machines are replaced/,
  ],
])('a pool with%s is warned of, by the names of both settings', async (more, line) => {
  expect(await warnings(more)).toEqual([expect.stringMatching(line)])
})

test('by flags they are named as flags', () => {
  const pool = {
    spelling: 'flags',
    poolId: '1',
    agentInactivityTimeout: MINUTE_MS,
    bootAllowance: 3 * MINUTE_MS,
    maxAge: undefined,
  }
  const process = { reconciliationInterval: 10_000, healthFile: undefined }
  expect(timeoutWarnings(pool as never, process)).toEqual([
    expect.stringMatching(
      /^--agent-inactivity-timeout \(WOODPECKER_AGENT_INACTIVITY_TIMEOUT\) is 1m and --boot-allowance \(WOODPECKER_BOOT_ALLOWANCE\) is 3m/,
    ),
  ])
})

test('an interval as long as the health check waits is warned of', async () => {
  expect(await warnings('', 'interval: 3m\nhealthFile: /tmp/health\n')).toEqual([
    expect.stringMatching(/^the interval is 3m: the health check of the container fails/),
  ])
})
