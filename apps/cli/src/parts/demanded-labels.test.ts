import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runInProcess } from '../fixtures/in-process.ts'
import { SmallServer } from '../fixtures/small-server.ts'
import { demandedInVain } from './demanded-labels.ts'

test.each([
  ['3.11.0', { '!spot': 'true' }, true],
  ['v2.8.3', { '!spot': 'true' }, true],
  ['3.11.0', { spot: 'true' }, false],
  ['3.12.0', { '!spot': 'true' }, false],
  ['4.0.0', { '!spot': 'true' }, false],
  ['next-a1b2c3', { '!spot': 'true' }, false],
])('with a server %s and %j, labels are demanded in vain: %s', (version, labels, inVain) => {
  expect(demandedInVain(labels, version) !== undefined).toBe(inVain)
})

test('doctor says so, with what to do', async () => {
  await using server = await SmallServer.start({ version: '3.11.0' })
  const spot = fileURLToPath(new URL('../fixtures/spot-provider.ts', import.meta.url))
  const { out } = await runInProcess(['doctor', `--provider=${spot}`], {
    WOODPECKER_SERVER: server.url,
    WOODPECKER_TOKEN: 't',
    WOODPECKER_GRPC_ADDR: `127.0.0.1:${server.port}`,
  })
  expect(out).toContain('✗ agent labels: agents demand labels (!spot=true)')
  expect(out).toContain('update the server')
})
