import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { changedConfig } from './changed-config.ts'

const text = `# Ours.
server:
  url: https://ci.example.org
pools:
  - id: main # for everybody
    provider: local
    min: 2
    max: 9
    labels: {size: large}
  - id: arm
    provider: local
`

test('the change is written into the pools that are meant, and comments stay', () => {
  const schedule = {
    cron: '45 6 * * 1-5',
    timeZone: 'UTC',
    forMs: 8 * 3_600_000,
    min: 1,
    buffer: { share: 0.2 },
  }
  const change = { min: 0, buffer: { slots: 1 }, idleTimeoutMs: 180_000, schedules: [schedule] }
  expect(changedConfig(text, (pool) => (pool === 'main' ? change : undefined))).toBe(`# Ours.
server:
  url: https://ci.example.org
pools:
  - id: main # for everybody
    provider: local
    min: 0
    max: 9
    labels: {size: large}
    buffer: "1"
    idleTimeout: 3m
    schedules:
      - cron: 45 6 * * 1-5
        timeZone: UTC
        min: 1
        for: 8h
        buffer: 20%
  - id: arm
    provider: local
`)
})

test('another machine type takes the place of those of the pool, where that was', () => {
  const machineType = { name: 'cx33', hourlyPrice: { amount: 1, currency: 'EUR' }, speed: 2 }
  const places = new Map([['main', { path: ['hetznercloud', 'serverType'], place: ':fsn1' }]])
  const before = 'pools:\n  - id: main\n    hetznercloud:\n      serverType: [cx23:fsn1, cx22]\n'
  expect(changedConfig(before, () => ({ machineType }), places)).toBe(
    'pools:\n  - id: main\n    hetznercloud:\n      serverType:\n        - cx33:fsn1\n',
  )
})

test.each([
  ['main', 'cx23', 'cx33'],
  ['other', 'cx33', 'cx23'],
])('a section that pools share by an alias is changed in %s alone', (pool, main, other) => {
  const machineType = { name: 'cx23', hourlyPrice: { amount: 1, currency: 'EUR' }, speed: 2 }
  const place = { path: ['hetznercloud', 'serverType'], place: '' }
  const places = new Map([
    ['main', place],
    ['other', place],
  ])
  const before = `pools:
  - id: other
    hetznercloud: &shared
      image: ubuntu-24.04
      serverType: [cx33]
  - id: main
    hetznercloud: *shared
`
  const { pools } = parse(changedConfig(before, (id) => (id === pool ? { machineType } : undefined), places))
  expect(pools).toEqual([
    { id: 'other', hetznercloud: { image: 'ubuntu-24.04', serverType: [other] } },
    { id: 'main', hetznercloud: { image: 'ubuntu-24.04', serverType: [main] } },
  ])
})
