import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { aPool, call } from './a-pool.ts'
import { MotoAccount, motoUrl } from './moto-account.ts'

const template = join(import.meta.dirname, '../../examples/aws-standing-instance/standing-instance.yaml')

test('the example’s stack has an instance that is started and stopped, and keeps no token in its user data', async () => {
  const account = new MotoAccount(motoUrl(), 'eu-west-1')
  const [subnet = ''] = await account.subnets()
  const [, vpc = ''] = /<vpcId>([^<]+)/.exec(await account.ask('DescribeSubnets')) ?? []
  const parameters = {
    Server: 'ci.example.org:9000',
    AgentTokenParameter: 'standing-1',
    VpcId: vpc,
    SubnetId: subnet,
    AgentName: 'box',
  }
  const params = Object.entries(parameters).flatMap(([key, value], at) => [
    [`Parameters.member.${at + 1}.ParameterKey`, key],
    [`Parameters.member.${at + 1}.ParameterValue`, value],
  ])
  await account.ask(
    'CreateStack',
    {
      StackName: 'standing',
      // moto would put the parameter's value in place of its name.
      TemplateBody: (await readFile(template, 'utf8')).replace('AWS::SSM::Parameter::Name', 'String'),
      'Capabilities.member.1': 'CAPABILITY_IAM',
      ...Object.fromEntries(params),
    },
    'cloudformation',
  )
  const stacks = await account.ask('DescribeStacks', { StackName: 'standing' }, 'cloudformation')
  const id = /<OutputValue>(i-[^<]+)/.exec(stacks)?.[1] ?? ''
  expect((await account.there()).find((machine) => machine.id === id)).toMatchObject({
    name: 'box',
    pool: '',
  })
  const data = await account.ask('DescribeInstanceAttribute', { InstanceId: id, Attribute: 'userData' })
  const userData = Buffer.from(/<value>([^<]+)/.exec(data)?.[1] ?? '', 'base64').toString()
  expect(userData).toMatch(/^#cloud-config\n/)
  expect(userData).toContain('WOODPECKER_SERVER=ci.example.org:9000')
  expect(userData).not.toMatch(/\$\{|WOODPECKER_AGENT_SECRET=(?!%s)/)

  const options = { instanceType: [], instanceId: [id] }
  const provider = aPool({ endpoint: motoUrl(), region: account.region, options })
  await provider.standing.stop(id, call)
  expect(await provider.standing.list(call)).toMatchObject([{ id, name: 'box', state: 'stopped' }])
  await provider.standing.start(id, call)
  expect(await provider.standing.list(call)).toMatchObject([{ state: 'running' }])
  await provider.close?.()
  await account.endAll()
})
