import { ownedVariables } from '@woodpeckers/autoscaler-woodpecker/agent'
import { describe, expect, test } from 'vitest'
import { AFile, SERVER } from '../config/a-file.test-setup.ts'
import { runInProcess } from '../fixtures/in-process.ts'
import { SmallServer } from '../fixtures/small-server.ts'

const POOL = `${SERVER}pools:
  - id: a
    provider: local
`

async function ofFile(text: string) {
  using file = new AFile()
  return await file.read(text)
}

async function validate(agentEnv: string, ...argv: string[]) {
  const env = { WOODPECKER_TOKEN: 't', WOODPECKER_PROVIDER: 'local', WOODPECKER_AGENT_ENV: agentEnv }
  return await runInProcess(['config', 'validate', ...argv], env)
}

const { labels, ...refused } = ownedVariables
const names = Object.values(refused).flat()

describe('a variable of the agent that the autoscaler decides is refused', () => {
  test.each(names)('%s, in the environment', async (name) => {
    for (const written of [name, ` ${name} `, name.toLowerCase()]) {
      const { code, err } = await validate(`${written}=x`)
      expect(code).toBe(2)
      expect(err).toContain(`must not set ${written.trim()}, which the autoscaler decides: `)
    }
  })

  test.each(names)('%s, in the file', async (name) => {
    for (const where of [
      `${POOL}    agent: { env: { ${name}: x } }\n`,
      `${POOL}defaults: { agent: { env: { ${name}: x } } }\n`,
    ]) {
      const read = await ofFile(where)
      expect(read.ok).toBe(false)
      expect(read.ok || read.problems[0]).toContain(`must not set ${name}`)
    }
  })

  test('with the setting to use, under the name that one knows it by', async () => {
    const { err } = await validate('WOODPECKER_MAX_PROCS=4,WOODPECKER_SERVER=x:1')
    expect(
      err,
    ).toBe(`--agent-env (WOODPECKER_AGENT_ENV), from WOODPECKER_AGENT_ENV, must not set WOODPECKER_MAX_PROCS, which the autoscaler decides: use --workflows-per-agent
--agent-env (WOODPECKER_AGENT_ENV), from WOODPECKER_AGENT_ENV, must not set WOODPECKER_SERVER, which the autoscaler decides: use --grpc-addr
`)
    const read = await ofFile(
      `${POOL}    agent:\n      env:\n        A: "1"\n        WOODPECKER_SERVER: x:1\n`,
    )
    expect(read.ok || read.problems).toEqual([
      'autoscaler.yaml:8:28: pools[0].agent.env must not set WOODPECKER_SERVER, which the autoscaler decides: use server.grpcAddr',
    ])
  })

  test('by its message, without the value, which may be a secret', async () => {
    const { err } = await validate('WOODPECKER_AGENT_SECRET=hunter2-hunter2')
    expect(err).not.toContain('hunter2')
  })

  test('and other variables of the agent are not', async () => {
    const others =
      'WOODPECKER_LOG_LEVEL=debug,WOODPECKER_BACKEND_DOCKER_NETWORK=ci,DOCKER_HOST=tcp://x,HOSTNAME=h'
    expect(await validate(others)).toMatchObject({ code: 0, err: '' })
  })
})

describe('labels among the variables of the agent', () => {
  test.each(labels)('%s: become labels, and a warning says so', async (name) => {
    const { code, err } = await validate(`"${name}=gpu=yes,size=big",A=1`)
    expect(code).toBe(0)
    expect(err).toBe(
      `warning: --agent-env (WOODPECKER_AGENT_ENV) sets ${name}: taken as --agent-labels gpu=yes,size=big, where the plan sees them\n`,
    )
  })

  test('behind a comma without quotes are variables, and that is said', async () => {
    const { code, err } = await validate('WOODPECKER_AGENT_LABELS=gpu=yes,size=big')
    expect(code).toBe(0)
    expect(err).toContain(
      'taken as --agent-labels gpu=yes, where the plan sees them; size behind a comma is a variable: quote the pair',
    )
  })

  test('join those that are said, in the file', async () => {
    const read = await ofFile(
      `${POOL}    labels: { size: big }\n    agent: { env: { WOODPECKER_AGENT_LABELS: "gpu=yes", A: "1" } }\n`,
    )
    const { pools, warnings } = read.ok ? read.config : { pools: [], warnings: read.problems }
    expect(pools[0]).toMatchObject({ agentLabels: { gpu: 'yes', size: 'big' }, agentEnv: { A: '1' } })
    expect(pools[0]?.agentEnv).not.toHaveProperty('WOODPECKER_AGENT_LABELS')
    expect(warnings).toEqual([
      'autoscaler.yaml:6:46: pools[0].agent.env sets WOODPECKER_AGENT_LABELS: taken as labels gpu=yes, where the plan sees them',
    ])
  })

  test('are no secrets where a variable holds them', async () => {
    using file = new AFile()
    const text = `${POOL}    agent: { env: { WOODPECKER_AGENT_LABELS: "\${LABELS}" } }\n`
    const { pools, secrets } = await file.config(text, { LABELS: 'gpu=yes' })
    expect(pools[0]?.agentLabels).toEqual({ gpu: 'yes' })
    expect(secrets).not.toContain('gpu=yes')
  })

  test('are refused where they say something else than the labels', async () => {
    const { code, err } = await validate('WOODPECKER_AGENT_LABELS=gpu=yes', '--agent-labels=gpu=no')
    expect(code).toBe(2)
    expect(err).toContain('which says gpu=yes, and --agent-labels says gpu=no')
  })

  test.each(['gpu=', 'gpu', 'a b=c', '"a=b'])(
    'are refused where an agent cannot have them: %s',
    async (text) => {
      const read = await ofFile(`${POOL}    agent: { env: { WOODPECKER_AGENT_LABELS: '${text}' } }\n`)
      expect(read.ok).toBe(false)
    },
  )

  test('decide what starts machines', async () => {
    await using server = await SmallServer.start({ tasks: [{ name: 'train', labels: { gpu: 'yes' } }] })
    const env = { WOODPECKER_SERVER: server.url, WOODPECKER_TOKEN: 't', WOODPECKER_PROVIDER: 'local' }
    const argv = ['plan', '--json', '--min-agents=0', '--agent-env=WOODPECKER_AGENT_LABELS=gpu=yes']
    const { out } = await runInProcess(argv, env)
    expect(JSON.parse(out).actions).toMatchObject([{ kind: 'launch' }])
  })
})

test('the backend of agents is a setting, and the plan goes by it', async () => {
  await using server = await SmallServer.start({ tasks: [{ name: 'build', labels: { backend: 'docker' } }] })
  const env = { WOODPECKER_SERVER: server.url, WOODPECKER_TOKEN: 't', WOODPECKER_PROVIDER: 'local' }
  const launches = async (...argv: string[]) => {
    const { out } = await runInProcess(['plan', '--json', '--min-agents=0', ...argv], env)
    return JSON.parse(out).actions.length
  }
  expect(await launches()).toBe(0)
  expect(await launches('--agent-backend=docker')).toBe(1)
})

test.each(['woodpecker-agent --max-workflows 9', 'env WOODPECKER_MAX_WORKFLOWS=9 woodpecker-agent'])(
  'a command of the local provider that decides it is refused: %s',
  async (command) => {
    const { code, err } = await runInProcess(['config', 'validate', `--local-command=${command}`], {
      WOODPECKER_TOKEN: 't',
      WOODPECKER_PROVIDER: 'local',
    })
    expect(code).toBe(2)
    expect(err).toContain('the autoscaler decides that')
  },
)
