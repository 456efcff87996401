import { expect, test } from 'vitest'
import { nearestKey } from './nearest-key.ts'

const KNOWN = [
  'WOODPECKER_MIN_AGENTS',
  'WOODPECKER_MAX_AGENTS',
  'WOODPECKER_AGENT_IDLE_TIMEOUT',
  'WOODPECKER_AGENT_INACTIVITY_TIMEOUT',
  'WOODPECKER_AGENT_ENV',
  'WOODPECKER_WAKE_SECRET',
  'WOODPECKER_TOKEN',
  'WOODPECKER_SERVER',
  'WOODPECKER_GRPC_ADDR',
  'WOODPECKER_GRPC_SECURE',
  'WOODPECKER_HETZNERCLOUD_API_TOKEN',
  'WOODPECKER_HETZNERCLOUD_SERVER_TYPE',
  'WOODPECKER_HETZNERCLOUD_LOCATION',
  'WOODPECKER_HETZNERCLOUD_LABELS',
]

test.each([
  ['WOODPECKER_MAX_AGENT', 'WOODPECKER_MAX_AGENTS'],
  ['WOODPECKER_MAX_AGNETS', 'WOODPECKER_MAX_AGENTS'],
  ['WOODPECKER_AGENTS_MAX', 'WOODPECKER_MAX_AGENTS'],
  ['WOODPECKER_MAXAGENTS', 'WOODPECKER_MAX_AGENTS'],
  ['WOODPECKER_AGENT_IDLE_TIMOUT', 'WOODPECKER_AGENT_IDLE_TIMEOUT'],
  ['WOODPECKER_AGENT_IDLETIMEOUT', 'WOODPECKER_AGENT_IDLE_TIMEOUT'],
  ['WOODPECKER_HETZNERCLOUD_SERVER_TYPES', 'WOODPECKER_HETZNERCLOUD_SERVER_TYPE'],
  ['WOODPECKER_HETZNER_CLOUD_API_TOKEN', 'WOODPECKER_HETZNERCLOUD_API_TOKEN'],
  ['WOODPECKER_GRPC_ADRR', 'WOODPECKER_GRPC_ADDR'],
])('%s is taken for %s', (word, meant) => {
  expect(nearestKey(word, KNOWN)).toBe(meant)
})

test.each([
  // As near to the one as to the other.
  'WOODPECKER_MIX_AGENTS',
  // Another word, however long its beginning is the same.
  'WOODPECKER_HETZNERCLOUD_FALLBACK_SERVER_TYPES',
  'WOODPECKER_HETZNERCLOUD_USERDATA',
  'WOODPECKER_HETZNERCLOUD_VOLUMES',
  'WOODPECKER_HETZNERCLOUD_PROJECT',
  'WOODPECKER_MAX_JOBS',
  'WOODPECKER_AGENT_TIMEOUT',
  'WOODPECKER_AGENT_SECRET',
  'WOODPECKER_SECRET',
  'WOODPECKER_HOST',
  'WOODPECKER_OPEN',
])('%s is taken for none', (word) => {
  expect(nearestKey(word, KNOWN)).toBeUndefined()
})

test.each([
  ['maxx', ['max', 'min'], 'max'],
  ['sever', ['server', 'pools'], 'server'],
  ['imag', ['image', 'env'], 'image'],
  ['serverTypes', ['serverType', 'sshKeys'], 'serverType'],
  ['idle_timeout', ['idleTimeout'], 'idleTimeout'],
  ['node', ['mode', 'id'], undefined],
  ['ip', ['id'], undefined],
])('%s among %j: %s', (word, known, meant) => {
  expect(nearestKey(word, known)).toBe(meant)
})
