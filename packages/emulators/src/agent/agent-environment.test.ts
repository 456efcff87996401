import { expect, test } from 'vitest'
import { parseAgentEnvironment } from './agent-environment.ts'

test('an agent is set up by the environment of the real one', () => {
  const parsed = parseAgentEnvironment({
    WOODPECKER_SERVER: 'ci.example:9000',
    WOODPECKER_AGENT_SECRET: 's3cret',
    WOODPECKER_MAX_WORKFLOWS: '4',
    WOODPECKER_AGENT_LABELS: 'tier=big, !secure=yes,expr=a=b',
    WOODPECKER_HOSTNAME: 'pool-1-agent-a',
    WOODPECKER_BACKEND: 'local',
    WOODPECKER_RETRY_TIMEOUT: '1h30m',
    WOODPECKER_AGENT_SINGLE_WORKFLOW: 'true',
    WOODPECKER_AGENT_CONFIG_FILE: '/tmp/agent.conf',
    WOODPECKER_HEALTHCHECK_ADDR: ':3000',
    EMULATED_BOOT_MS: '1500',
  })
  expect(parsed).toMatchObject({ server: 'ci.example:9000', secret: 's3cret', bootMs: 1500 })
  expect(parsed.settings).toMatchObject({
    hostname: 'pool-1-agent-a',
    maxWorkflows: 4,
    labels: { tier: 'big', '!secure': 'yes', expr: 'a=b' },
    backend: 'local',
    retryTimeoutMs: 5_400_000,
    singleWorkflow: true,
    forgetful: false,
  })
})

test('what is not said is as with the real one', () => {
  const { settings, healthAddress } = parseAgentEnvironment({})
  expect(settings).toMatchObject({ maxWorkflows: 1, retryTimeoutMs: 120_000, backend: 'docker', deaf: false })
  expect(healthAddress).toBe('')
  expect(parseAgentEnvironment({ WOODPECKER_RETRY_TIMEOUT: '0' }).settings.retryTimeoutMs).toBe(0)
})
