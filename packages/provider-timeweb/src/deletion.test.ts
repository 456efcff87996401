import { describe, expect, test } from 'vitest'
import { anAccount, call, deployment, TOKEN } from './an-account.test-setup.ts'

const NAME = 'pool-1-agent-abc123'
const mayNotDelete = [{ token: TOKEN, rights: 'all', isAbleToDelete: false } as const]

describe('a deletion that only asks for a confirmation is not one', () => {
  test.each([
    ['code', /NOT deleted pool-1-agent-abc123.*waits for a person.*is_able_to_delete/],
    ['sms', /NOT deleted pool-1-agent-abc123.*SMS.*is_able_to_delete/],
  ] as const)('by %s: an error that names the missing right, each time', async (confirmation, message) => {
    const { cloud, open, inTime } = anAccount({ tokens: mayNotDelete, confirmation })
    const provider = await open()
    await inTime(provider.deployAgent(deployment(NAME), call()))
    for (let attempt = 0; attempt < 3; attempt++) {
      await expect(inTime(provider.removeAgent(NAME, call()))).rejects.toMatchObject({
        kind: 'auth',
        message: expect.stringMatching(message),
      })
    }
    expect(cloud.servers).toHaveLength(1)
    expect(await inTime(provider.listDeployedAgentNames(call()))).toEqual([NAME])
    expect(cloud.floatingIps).toHaveLength(1)
  })
})

test('what is moved to quarantine is gone, with a word about it', async () => {
  const { cloud, logged, open, inTime } = anAccount({ quarantine: true })
  const provider = await open()
  await inTime(provider.deployAgent(deployment(NAME), call()))
  await inTime(provider.removeAgent(NAME, call()))
  expect(await inTime(provider.listDeployedAgentNames(call()))).toEqual([])
  expect(cloud.floatingIps).toEqual([])
  expect(logged.join()).toContain('quarantine')
})

test('what is gone already is a success', async () => {
  const { cloud, open, inTime } = anAccount()
  const provider = await open()
  await inTime(provider.deployAgent(deployment(NAME), call()))
  cloud.faults.add({
    kind: 'answer',
    method: 'DELETE',
    path: '/api/v1/servers/',
    status: 404,
    body: { status_code: 404, error_code: 'not_found', message: 'Server not found', response_id: 'x' },
  })
  await inTime(provider.removeAgent(NAME, call()))
})

test('an answer that says neither is unknown', async () => {
  const { cloud, open, inTime } = anAccount()
  const provider = await open()
  await inTime(provider.deployAgent(deployment(NAME), call()))
  const body = { server_delete: {} }
  cloud.faults.add({ kind: 'answer', method: 'DELETE', path: '/api/v1/servers/', status: 200, body })
  await expect(inTime(provider.removeAgent(NAME, call()))).rejects.toMatchObject({
    kind: 'unexpected-answer',
  })
})
