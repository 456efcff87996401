import { expect, test } from 'vitest'
import { AGENT_SECRET, anAccount, call, deployment, TOKEN } from './an-account.test-setup.ts'

const NAME = 'pool-1-agent-abc123'

test('no token, password or user data gets into a log or an error, whatever goes wrong', async () => {
  const { cloud, logged, open, inTime } = anAccount({ quarantine: true })
  const provider = await open()
  const errors: string[] = []
  const attempt = (work: Promise<unknown>) =>
    inTime(work).catch((error: Error) => {
      for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
        errors.push(`${cause.message} ${cause.stack} ${JSON.stringify(cause)}`)
      }
    })
  const agent = deployment(NAME)
  const echo = {
    status_code: 400,
    error_code: 'bad_request',
    message: [`cloud_init is wrong: ${agent.userData}`, `Bearer ${TOKEN}`],
    response_id: 'x',
  }
  cloud.faults.add({ kind: 'answer', method: 'POST', path: '/', status: 400, body: echo })
  await attempt(provider.deployAgent(agent, call()))
  for (const kind of ['cut-off', 'lose-answer'] as const) {
    cloud.faults.add({ kind, method: 'POST', path: '/' })
    await attempt(provider.deployAgent(agent, call()))
    cloud.rename(NAME, 'renamed')
    cloud.faults.add({ kind: 'cut-off', method: 'GET', path: '/' })
    await attempt(provider.listDeployedAgentNames(call()))
    await attempt(provider.listDeployedAgentNames(call()))
    await attempt(provider.removeAgent(NAME, call()))
  }
  for (const [status, body] of [
    [500, agent.userData],
    [200, { servers: [{ root_pass: cloud.rootPasswords[0], cloud_init: agent.userData }], meta: {} }],
  ] as const) {
    cloud.faults.add({ kind: 'answer', path: '/api/v1/servers', status, body, type: 'application/json' })
    await attempt(provider.listDeployedAgentNames(call()))
  }
  expect(errors.length).toBeGreaterThanOrEqual(3)
  expect(logged.length).toBeGreaterThanOrEqual(2)
  expect(cloud.rootPasswords.length).toBeGreaterThanOrEqual(2)
  const said = [...logged, ...errors].join('\n')
  const inBase64 = Buffer.from(`WOODPECKER_AGENT_SECRET=${AGENT_SECRET}`).toString('base64').slice(0, 40)
  for (const secret of [TOKEN, AGENT_SECRET, 'write_files', inBase64, ...cloud.rootPasswords]) {
    expect(said).not.toContain(secret)
  }
})
