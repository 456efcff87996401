import { expect, test } from 'vitest'
import { anAgent, aProject, call } from './a-project.test-setup.ts'

test('an image that was made anew under its name is found after one refusal', async () => {
  const golden = {
    name: null,
    type: 'snapshot',
    description: 'ci-golden',
    architecture: 'x86',
  } as const
  const images = [{ ...golden, id: 901 }]
  const { cloud, open } = aProject({ images })
  const provider = await open({ image: 'ci-golden' })
  images[0] = { ...golden, id: 902 }
  await expect(provider.deployAgent(anAgent('a', 'cx33:nbg1'), call)).rejects.toMatchObject({
    kind: 'rejected',
  })
  await provider.deployAgent(anAgent('a', 'cx33:nbg1'), call)
  expect(cloud.servers).toMatchObject([{ image: { id: 902 } }])
})
