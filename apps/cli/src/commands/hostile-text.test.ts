import { expect, test } from 'vitest'
import { runInProcess } from '../fixtures/in-process.ts'
import { Site, stillClock } from '../migrate/a-site.test-setup.ts'

const HOSTILE = '\u001b[30m\nforged row\n\u001b]0;owned\u0007\u001b[2J\u009b1A\u202egpj.exe'
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through
const RAW = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/

test('plan prints labels and names from outside without what moves a terminal', async () => {
  await using site = await Site.open(stillClock)
  site.order(60_000, { [HOSTILE]: HOSTILE, gpu: HOSTILE })
  const { out, err } = await site.command(['plan'], {
    WOODPECKER_SERVER: site.serverUrl,
    WOODPECKER_TOKEN: site.token,
    WOODPECKER_GRPC_ADDR: site.agentAddress,
    WOODPECKER_PROVIDER: 'hetznercloud',
    WOODPECKER_HETZNERCLOUD_API_TOKEN: 'emulated-hetzner-token',
    WOODPECKER_HETZNERCLOUD_SERVER_TYPE: 'cx23',
    WOODPECKER_HETZNERCLOUD_ENDPOINT: site.cloudUrl,
  })
  expect(out).toContain(String.raw`\u001b]0;owned`)
  expect(out + err).not.toMatch(RAW)
  expect(out).not.toMatch(/^forged row/m)
})

test.each([
  [['plan', `--provider=${HOSTILE}`]],
  [['explain', HOSTILE]],
  [['config', 'validate', `--config=${HOSTILE}`]],
  [['migrate', `--env-file=${HOSTILE}`]],
  [['offerings', `--provider=${HOSTILE}`]],
  [['drain', `--pool=${HOSTILE}`]],
  [['simulate', HOSTILE]],
  [['events', `--limit=${HOSTILE}`]],
  [[HOSTILE]],
])('%j is refused without it, too', async (argv) => {
  const { code, out, err } = await runInProcess(argv)
  expect(code).not.toBe(0)
  expect(out + err).not.toMatch(RAW)
})
