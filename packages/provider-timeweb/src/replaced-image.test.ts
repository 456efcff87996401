import { defaultTimewebCatalogue } from '@woodpeckers/autoscaler-emulators'
import { expect, test } from 'vitest'
import { anAccount, call, deployment } from './an-account.test-setup.ts'

test('an image that was made anew under its name is found after one refusal', async () => {
  const images = [{ id: '6f1b8f5e-9d3a-4c39-9a57-0d3c2f5b7a10', name: 'ci-golden' }]
  const account = anAccount({ catalogue: { ...defaultTimewebCatalogue, images } })
  const provider = await account.open({ osId: undefined, imageId: 'ci-golden' })
  images[0] = { id: '6f1b8f5e-9d3a-4c39-9a57-0d3c2f5b7a11', name: 'ci-golden' }
  const deploy = () => account.inTime(provider.deployAgent(deployment('pool-1-agent-a'), call()))
  await expect(deploy()).rejects.toMatchObject({ kind: 'rejected' })
  await deploy()
  expect(account.cloud.find('pool-1-agent-a')?.imageId).toBe('6f1b8f5e-9d3a-4c39-9a57-0d3c2f5b7a11')
})
