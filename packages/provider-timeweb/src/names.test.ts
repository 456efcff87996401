import { describe, expect, test } from 'vitest'
import { anAccount, call, deployment } from './an-account.test-setup.ts'
import type { TimewebOptions } from './options.ts'

async function ordered(options: Partial<TimewebOptions>) {
  const account = anAccount()
  const provider = await account.open(options)
  await account.inTime(provider.deployAgent(deployment('pool-1-agent-a'), call()))
  return account.cloud.find('pool-1-agent-a')
}

describe('what the settings name is found by id, or by name', () => {
  test.each(['99', 'ubuntu-24.04', 'Ubuntu 24.04', 'noble'])('operating system %s', async (osId) => {
    expect((await ordered({ osId }))?.system).toMatchObject({ id: 99 })
  })

  test('preset, zone, keys, project, software', async () => {
    const server = await ordered({
      presetId: ['cloud 80'],
      availabilityZone: 'spb-3',
      sshKeyId: ['ops', '502'],
      projectId: 'ci',
      softwareId: 'docker',
    })
    expect(server).toMatchObject({
      preset: { id: 2453 },
      zone: 'spb-3',
      sshKeyIds: [501, 502],
      projectId: 12,
      softwareId: 7,
    })
  })

  test('an image of one’s own', async () => {
    const server = await ordered({ osId: undefined, imageId: 'ci-golden' })
    expect(server?.imageId).toBe('6f1b8f5e-9d3a-4c39-9a57-0d3c2f5b7a10')
  })

  test('a size of one’s own, with the configurator that allows it', async () => {
    const server = await ordered({ presetId: [], configuration: { cpu: '2', ram: '4GB', disk: '30GB' } })
    expect(server).toMatchObject({ preset: undefined, size: { cpu: 2, ram: 4096, disk: 30_720 } })
  })

  test('the host name has the prefix, and nothing that a host name may not have', async () => {
    const account = anAccount()
    const provider = await account.open({ hostnamePrefix: 'ci-' }, 'My_Pool.1')
    const name = 'pool-My_Pool.1-agent-a1'
    await account.inTime(provider.deployAgent(deployment(name, 'My_Pool.1'), call()))
    expect(account.cloud.find(name)?.hostname).toBe('ci-pool-my-pool-1-agent-a1')
  })
})

describe('what there is not is refused at the start, with what there is', () => {
  test.each<[Partial<TimewebOptions>, RegExp]>([
    [{ osId: 'ubuntu-26.04' }, /os-id is “ubuntu-26.04”: there is none; there is 79 \(ubuntu-22.04\), 99/],
    [{ osId: undefined, imageId: 'x' }, /image-id is “x”: there is none; there is 6f1b8f5e.* \(ci-golden\)/],
    [{ presetId: ['2447', '1'] }, /preset-id is “1”: there is none; there is 2447 \(Cloud 30\), 2449/],
    [{ availabilityZone: 'moon-1' }, /availability-zone is “moon-1”: there is none; there is spb-1, spb-3/],
    [{ availabilityZone: 'ams-1' }, /preset-id is “2449”: it is one of ru-1, .* zone is in nl-1/],
    [{ sshKeyId: ['nobody'] }, /ssh-key-id is “nobody”: there is none; there is 501 \(ops\), 502 \(laptop\)/],
    [{ projectId: 'x' }, /project-id is “x”: there is none; there is 11 \(default\), 12 \(ci\)/],
    [{ softwareId: 'x' }, /software-id is “x”: there is none; there is 7 \(Docker\)/],
    [
      { presetId: [], configuration: { cpu: '64', ram: '4GB', disk: '30GB' } },
      /no configurator allows it; there is 11 \(ru-1: cpu 1–8/,
    ],
  ])('%j', async (options, message) => {
    const opening = anAccount().open(options)
    await expect(opening).rejects.toMatchObject({ kind: 'rejected', message: expect.stringMatching(message) })
  })
})

test('while the cloud is away the start goes on, and names are looked up later', async () => {
  const account = anAccount()
  account.cloud.faults.add({ kind: 'answer', path: '/', status: 502, times: Number.POSITIVE_INFINITY })
  const provider = await account.open()
  expect(account.logged.join()).toContain('does not answer')
  account.cloud.faults.clear()
  await account.inTime(provider.deployAgent(deployment('pool-1-agent-a'), call()))
  expect(account.cloud.servers).toHaveLength(1)
})
