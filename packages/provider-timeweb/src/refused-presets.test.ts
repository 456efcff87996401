import { tryOfferings } from '@woodpeckers/autoscaler-core'
import { TimewebRefusal } from '@woodpeckers/autoscaler-emulators'
import { expect, test } from 'vitest'
import { anAccount, call, deployment } from './an-account.test-setup.ts'

const NAME = 'pool-1-agent-aaaaaa'

test.each([
  [
    new TimewebRefusal(409, 'no_capacity', 'There is no free capacity for this preset'),
    'offering-unavailable',
  ],
  [
    new TimewebRefusal(400, 'bad_request', 'preset is not available in this availability zone'),
    'offering-unavailable',
  ],
  [new TimewebRefusal(400, 'bad_request', ['preset_id is not known']), 'rejected'],
  [new TimewebRefusal(400, 'bad_request', 'Выбранный тариф недоступен в этой зоне'), 'offering-unavailable'],
  [new TimewebRefusal(409, 'conflict', 'preset is archived'), 'rejected'],
  [new TimewebRefusal(403, 'forbidden', 'Превышен лимит vCPU'), 'quota-exceeded'],
] as const)('%s (%s): the next preset is ordered', async (refusal, kind) => {
  const { cloud, open, inTime } = anAccount()
  const provider = await open({ presetId: ['2449', '2453'] })
  cloud.refuse(2449, refusal)
  const trial = await inTime(
    tryOfferings(['2449', '2453'], (offering) =>
      provider.deployAgent({ ...deployment(NAME), offering }, call()),
    ),
  )
  expect(trial).toMatchObject({
    ok: true,
    offering: '2453',
    refusals: [{ offering: '2449', kind, why: expect.stringContaining(refusal.message) }],
  })
  expect(cloud.servers).toMatchObject([{ preset: { id: 2453 } }])
})

test('a preset that Timeweb withdraws while the autoscaler runs does not keep the others from being ordered', async () => {
  const { cloud, open, inTime } = anAccount()
  const provider = await open({ presetId: ['2449', '2453'] })
  cloud.withdraw(2449)
  const trial = await inTime(
    tryOfferings(['2449', '2453'], (offering) =>
      provider.deployAgent({ ...deployment(NAME), offering }, call()),
    ),
  )
  expect(trial).toMatchObject({ ok: true, offering: '2453', refusals: [{ kind: 'rejected' }] })
})
