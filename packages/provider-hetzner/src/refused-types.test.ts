import { asOutsideError, tryOfferings } from '@woodpeckers/autoscaler-core'
import { HetznerRefusal } from '@woodpeckers/autoscaler-emulators'
import { expect, test } from 'vitest'
import { anAgent, aProject, call } from './a-project.test-setup.ts'

const invalid = (message: string) => new HetznerRefusal(422, 'invalid_input', message, {})

test.each([
  [invalid('unsupported location for server type'), 'rejected'],
  [invalid('server type 104 is deprecated'), 'rejected'],
  [new HetznerRefusal(422, 'unsupported_error', 'image is not supported for the server type'), 'rejected'],
  [new HetznerRefusal(400, 'image_too_large', 'the image does not fit on the disk'), 'rejected'],
  [new HetznerRefusal(403, 'type_not_for_you', 'not available for this account'), 'rejected'],
  [new HetznerRefusal(404, 'not_found', 'server type not found'), 'rejected'],
  [new HetznerRefusal(403, 'resource_limit_exceeded', 'Primary IP limit exceeded'), 'quota-exceeded'],
  [new HetznerRefusal(412, 'resource_unavailable', 'server location disabled'), 'offering-unavailable'],
  [new HetznerRefusal(409, 'placement_error', 'error during placement'), 'offering-unavailable'],
] as const)('%s (%s): the next type is created', async (refusal, kind) => {
  const { cloud, open } = aProject()
  const provider = await open()
  cloud.refuse('cx23:fsn1', refusal)
  const offerings = (await provider.offerings!(call)).map(({ id }) => id)
  const trial = await tryOfferings(offerings, (id) => provider.deployAgent(anAgent('a', id), call))
  expect(trial).toMatchObject({
    ok: true,
    offering: 'cx33:nbg1',
    refusals: [{ offering: 'cx23:fsn1', kind, why: expect.stringContaining(refusal.message) }],
  })
  expect(cloud.servers).toMatchObject([{ type: { name: 'cx33' } }])
})

test('the limit of dedicated cores leaves the shared ones', async () => {
  const { cloud, open } = aProject({ dedicatedCoreLimit: 2 })
  const provider = await open({ serverType: ['ccx13:fsn1', 'cx33:nbg1'] })
  await provider.deployAgent(anAgent('a', 'ccx13:fsn1'), call)
  const refused = await provider
    .deployAgent(anAgent('b', 'ccx13:fsn1'), call)
    .catch((thrown: unknown) => asOutsideError(thrown))
  expect(refused).toMatchObject({
    kind: 'quota-exceeded',
    message: expect.stringContaining('dedicated core limit exceeded'),
  })
  await provider.deployAgent(anAgent('b', 'cx33:nbg1'), call)
  expect(cloud.servers).toHaveLength(2)
})

test('a type that Hetzner withdraws while the autoscaler runs does not keep the others from being used', async () => {
  const { clock, cloud, open, logged } = aProject()
  const provider = await open()
  cloud.withdraw('cx23')
  await expect(provider.deployAgent(anAgent('a', 'cx23:fsn1'), call)).rejects.toMatchObject({
    kind: 'rejected',
  })
  await clock.advance(120_000)
  await provider.deployAgent(anAgent('a', 'cx33:nbg1'), call)
  expect(cloud.servers).toMatchObject([{ type: { name: 'cx33' } }])
  expect((await provider.offerings!(call)).map(({ id }) => id)).toEqual(['cx33:nbg1', 'cpx22'])
  expect(logged.join()).toContain('cx23:fsn1 is left out')
})
