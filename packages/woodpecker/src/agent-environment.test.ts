import type { NewAgent } from '@woodpeckers/autoscaler-core'
import { describe, expect, test } from 'vitest'
import { agentEnvironment } from './agent-environment.ts'
import { ownedVariables } from './agent-variables.ts'

const agent: NewAgent = {
  name: 'pool-1-agent-abc123',
  slots: 1,
  labels: {},
  backend: 'docker',
  image: undefined,
  environment: {},
}
const server = { grpcAddr: 'ci.test:9000', grpcSecure: true }

describe('what the plan relies on', () => {
  test.each(Object.values(ownedVariables).flat())('is not what the user says in %s', (name) => {
    const environment = { [name]: 'theirs', [name.toLowerCase()]: 'theirs', A: '1' }
    const given = agentEnvironment(server, { ...agent, environment }, 'secret')
    expect(Object.values(given)).not.toContain('theirs')
    expect(given['A']).toBe('1')
  })

  test('holds without labels as well: an older name of them would add some', () => {
    const environment = { WOODPECKER_FILTER_LABELS: 'gpu=yes' }
    expect(agentEnvironment(server, { ...agent, environment }, 's')).not.toHaveProperty(
      'WOODPECKER_FILTER_LABELS',
    )
  })
})

test.each([
  [undefined, undefined],
  // The agent skips the verification where either name says true.
  [true, 'false'],
  [false, 'true'],
])('verifying the certificate: %s', (grpcVerify, said) => {
  const given = agentEnvironment({ ...server, grpcVerify }, agent, 's')
  expect(given['WOODPECKER_GRPC_VERIFY']).toBe(said)
  expect(given['WOODPECKER_GRPC_SKIP_VERIFY']).toBe(said)
})
