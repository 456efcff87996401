import { fileURLToPath } from 'node:url'
import { silentLog } from '@woodpeckers/autoscaler-core'
import { describe, expect, test } from 'vitest'
import { runInProcess } from '../fixtures/in-process.ts'
import { SmallServer } from '../fixtures/small-server.ts'
import { standingAgents } from './standing-agents.ts'

const STANDING = fileURLToPath(new URL('../fixtures/standing-provider.ts', import.meta.url))
const standing = { ids: ['i-1', 'i-2'], alone: true, list: async () => [], start: never, stop: never }

async function never(): Promise<never> {
  throw new Error('not asked for')
}

describe('agents of standing machines', () => {
  test('are told by the order of both settings', () => {
    expect([...standingAgents({ agentId: ['7', '5'] }, { standing }, silentLog)]).toEqual([
      ['i-1', '7'],
      ['i-2', '5'],
    ])
  })

  test('are one for each machine, or none at all', () => {
    const tell = (agentId: readonly string[]) => () => standingAgents({ agentId }, { standing }, silentLog)
    expect(tell(['7'])).toThrow('names 1 agent, but there are 2 standing machines')
    expect(tell(['7', '5', '6'])).toThrow('names 3 agents, but there are 2 standing machines')
    expect(() => standingAgents({ agentId: ['7'] }, {}, silentLog)).toThrow('there are 0 standing machines')
  })

  test('that nobody has named are a warning', () => {
    const lines: string[] = []
    const log = { ...silentLog, warn: (_: object, message: string) => void lines.push(message) }
    expect(standingAgents({ agentId: [] }, { standing }, log).size).toBe(0)
    expect(lines).toEqual([expect.stringMatching(/^--agent-id \(WOODPECKER_AGENT_ID\) does not say/)])
    expect(standingAgents({ agentId: [] }, {}, log).size).toBe(0)
    expect(lines).toHaveLength(1)
  })
})

describe('a pool of standing machines alone', () => {
  async function plan(...argv: string[]) {
    await using server = await SmallServer.start({ tasks: [{ name: 'lint', labels: {} }] })
    const env = { WOODPECKER_SERVER: server.url, WOODPECKER_TOKEN: 't', WOODPECKER_PROVIDER: STANDING }
    return await runInProcess(['plan', '--json', '--standing-box=i-1', ...argv], env)
  }

  test('makes no machines, the default minimum of one agent or not', async () => {
    const { pools, actions } = JSON.parse((await plan('--agent-id=9')).out)
    expect(pools[0]).toMatchObject({ min: 0, max: 0, members: [{ standing: 'i-1', state: 'parked' }] })
    expect(actions).toEqual([])
  })

  test('starts one for any task while nobody has said whose agent is on it', async () => {
    const { actions } = JSON.parse((await plan()).out)
    expect(actions).toMatchObject([{ kind: 'start', name: 'i-1', because: 'demand' }])
  })

  test('says which agent the server does not have', async () => {
    const { holds } = JSON.parse((await plan('--agent-id=9')).out)
    expect(holds).toContainEqual(expect.objectContaining({ because: 'agent-unknown', subject: 'i-1' }))
  })

  test.each([
    ['box', 'must be numbers of agents, like 7,12'],
    ['7,7', 'must name each once'],
    ['7,8', 'names 2 agents, but there are 1 standing machines'],
  ])('refuses --agent-id=%s', async (value, message) => {
    const { code, err } = await plan(`--agent-id=${value}`)
    expect(code).not.toBe(0)
    expect(err).toContain(message)
  })
})
