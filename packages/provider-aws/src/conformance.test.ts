import { describeProvider } from '@woodpeckers/autoscaler-core/testing'
import { anEc2, aProvider } from './a-provider.test-setup.ts'
import { POOL_TAG } from './marks.ts'

for (const [title, options] of [
  ['aws', {}],
  [
    'aws with two regions and spot',
    { instanceType: ['t3.large', 't3.large:eu-west-1'], useSpotInstances: true },
  ],
] as const) {
  describeProvider(title, {
    create: async () => {
      const ec2 = await anEc2()
      ec2.pageSize = 2
      return {
        provider: aProvider(ec2, options),
        pool: { id: '1' },
        cleanup: () => ec2.close(),
        plantForeign: async (name) => {
          // Another pool's, unless the name itself is what tells it apart.
          const machine = ec2.plant({ Name: name, [POOL_TAG]: name.startsWith('pool-1-') ? '1' : 'other' })
          return () => machine.state === 'running'
        },
        breakCloud: () => ec2.goDown(),
      }
    },
  })
}
