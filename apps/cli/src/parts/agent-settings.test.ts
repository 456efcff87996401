import { fileURLToPath } from 'node:url'
import { type AgentSettings, type Log, type Provider, silentLog } from '@woodpeckers/autoscaler-core'
import { describe, expect, test } from 'vitest'
import { runInProcess } from '../fixtures/in-process.ts'
import { SmallServer } from '../fixtures/small-server.ts'
import { cliSchema } from '../settings/cli-schema.ts'
import { agentSettings } from './agent-settings.ts'

const SPOT = fileURLToPath(new URL('../fixtures/spot-provider.ts', import.meta.url))
const ROLE = '--spot-role (WOODPECKER_SPOT_ROLE)'

const TEMPLATE = '#cloud-config\nruncmd: [["true"]]\n'

const tasks = [
  { name: 'deploy', labels: {} },
  { name: 'release', labels: { spot: 'false' } },
  { name: 'lint', labels: { spot: 'true', zone: 'a' } },
]

async function plan(...argv: string[]) {
  await using server = await SmallServer.start({ tasks })
  const env = { WOODPECKER_SERVER: server.url, WOODPECKER_TOKEN: 't', WOODPECKER_PROVIDER: SPOT }
  return await runInProcess(['plan', '--min-agents=0', ...argv], env)
}

describe('labels that a provider demands', () => {
  test('decide what starts machines, and the plan says what a task lacks', async () => {
    const { out } = await plan()
    expect(out).toMatch(/deploy +pool 1 takes only tasks labelled spot=true\n/)
    expect(out).toMatch(/release +pool 1 takes only tasks labelled spot=true\n/)
    expect(out).not.toMatch(/lint +pool 1/)
    expect(JSON.parse((await plan('--json')).out).actions).toHaveLength(1)
  })

  test("lie under the user's own", async () => {
    const { out } = await plan('--agent-labels=!spot=false,zone=a')
    expect(out).toMatch(/lint +pool 1 takes only tasks labelled spot=false\n/)
    expect(out).not.toMatch(/release +pool 1/)
  })
})

describe('machines that need the metadata service', () => {
  const lines: string[] = []
  const log: Log = {
    ...silentLog,
    info: (_, message) => void lines.push(`info ${message}`),
    warn: (_, message) => void lines.push(`warn ${message}`),
  }

  async function blocks(given: object, provider: Pick<Provider, 'needsMetadata'>): Promise<boolean> {
    lines.length = 0
    const cli = cliSchema.parse({ serverToken: 't', provider: 'x', ...given })
    const settings = await agentSettings(cli, provider as Provider, log)
    return sample(settings).includes('169.254.169.254')
  }

  test('have it, and a line says so', async () => {
    expect(await blocks({}, { needsMetadata: ROLE })).toBe(false)
    expect(lines).toEqual([
      `info user data leaves the metadata service open, which ${ROLE} needs; --block-metadata (WOODPECKER_BLOCK_METADATA) says otherwise`,
    ])
  })

  test('do not where the user blocks it, and a warning names both settings', async () => {
    expect(await blocks({ blockMetadata: true }, { needsMetadata: ROLE })).toBe(true)
    expect(lines).toEqual([
      `warn --block-metadata (WOODPECKER_BLOCK_METADATA) is true: nothing on the machines can use ${ROLE}`,
    ])
  })

  test.each([
    ['others do not, and need no line', {}, {}, true],
    ['others have it where the user wants', { blockMetadata: false }, {}, false],
    ['who says what he wants needs no line', { blockMetadata: false }, { needsMetadata: ROLE }, false],
    ['a template of the user is treated the same', { cloudinitTemplate: TEMPLATE }, {}, true],
  ])('%s', async (_, given, provider, blocked) => {
    expect(await blocks(given, provider)).toBe(blocked)
    expect(lines).toEqual([])
  })

  test('have it with a template as well', async () => {
    expect(await blocks({ cloudinitTemplate: TEMPLATE }, { needsMetadata: ROLE })).toBe(false)
  })
})

function sample({ renderUserData }: AgentSettings): string {
  const document = renderUserData({
    name: 'pool-1-agent-a',
    poolId: '1',
    image: 'a:1',
    labels: {},
    environment: {},
  })
  const decoded = document.replaceAll(/[A-Za-z0-9+/=]{40,}/g, (base64) =>
    Buffer.from(base64, 'base64').toString('utf8'),
  )
  return document + decoded
}
