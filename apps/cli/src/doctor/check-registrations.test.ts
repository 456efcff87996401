import { aPool, FakeCiServer, ManualClock, usualLabels } from '@woodpeckers/autoscaler-core/testing'
import { expect, test } from 'vitest'
import { checkRegistrations } from './check-registrations.ts'

const call = { signal: new AbortController().signal }
const policy = aPool({ id: 'gpu', offer: { ...usualLabels, gpu: 'yes' }, configuration: '4f2a' })

test.each([
  ['as promised', { labels: { ...usualLabels, gpu: 'yes' } }, []],
  [
    'without a promised label',
    { labels: usualLabels },
    ['agents of pool `gpu` register without `gpu=yes`: does the template pass WOODPECKER_AGENT_LABELS on?'],
  ],
  [
    'with another value',
    { labels: { ...usualLabels, gpu: 'no' } },
    [
      'agents of pool `gpu` register with `gpu=no` instead of `gpu=yes`: does the template pass WOODPECKER_AGENT_LABELS on?',
    ],
  ],
  ['from other settings', { labels: { ...usualLabels, 'wp.autoscaler/made-from': 'old' } }, []],
])('doctor looks at agents that are registered %s', async (_, registration, texts) => {
  const server = new FakeCiServer({ clock: new ManualClock() })
  server.addForeignAgent('pool-gpu-agent-a', registration)
  server.addForeignAgent('pool-gpu-agent-b', registration)
  server.addForeignAgent('pool-other-agent-c', { labels: {} })
  const findings = await checkRegistrations(server, policy, call)
  expect(findings.map(({ text }) => text)).toEqual(texts)
  expect(findings.every(({ ok }) => !ok)).toBe(true)
})
