import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { anAgent, aPool, call } from './a-pool.ts'
import { MotoAccount, motoUrl } from './moto-account.ts'

/**
 * The policy of the package against moto, which checks actions, and neither resources nor conditions nor
 * actions that come with others (ec2:CreateTags, iam:PassRole): those are untested.
 */
interface Statement {
  readonly Action: string | readonly string[]
}

const REGION = 'eu-west-1'
const UNSEEN_BY_MOTO = ['ec2:CreateTags']
let actions: readonly string[] = []
let nextUser = 0
const keys: { readonly accessKeyId: string; readonly secretAccessKey: string }[] = []

/** Each right taken away in turn, and all of them: a user for each. */
beforeAll(async () => {
  const file = join(import.meta.dirname, '../../packages/provider-aws/iam-policy.json')
  const { Statement } = JSON.parse(await readFile(file, 'utf8')) as { Statement: readonly Statement[] }
  actions = [...new Set(Statement.flatMap(({ Action }) => Action))]
  for (const without of [undefined, ...actions]) keys.push(await userWithout(without))
  await fetch(`${motoUrl('MOTO_RIGHTS_URL')}/moto-api/reset-auth`, { method: 'POST', body: '0' })
})

async function userWithout(without: string | undefined) {
  const iam = new MotoAccount(motoUrl('MOTO_RIGHTS_URL'), 'us-east-1')
  const UserName = `user-${nextUser++}`
  const Action = actions.filter((action) => action !== without)
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
  })
  await iam.ask('CreateUser', { UserName }, 'iam')
  await iam.ask('PutUserPolicy', { UserName, PolicyName: 'least', PolicyDocument }, 'iam')
  const answer = await iam.ask('CreateAccessKey', { UserName }, 'iam')
  return {
    accessKeyId: /<AccessKeyId>([^<]+)/.exec(answer)![1]!,
    secretAccessKey: /<SecretAccessKey>([^<]+)/.exec(answer)![1]!,
  }
}

/** Everything that a provider does, spot and standing machines included. */
async function wholeLife(keyAt: number): Promise<void> {
  // What an earlier one left behind, for want of a right, is not in the way.
  const name = `pool-1-agent-rights${keyAt}`
  const settings = { endpoint: motoUrl('MOTO_RIGHTS_URL'), region: REGION }
  const provider = aPool({ ...settings, options: { ...keys[keyAt], useSpotInstances: true } })
  try {
    await provider.check!(call)
    await provider.catalogue!(call)
    await provider.deployAgent(anAgent(name), call)
    await provider.listDeployedAgents!(call)
    await provider.console!(name, call)
    await provider.stopAgent!(name, call)
    await provider.startAgent!(name, call)
    await provider.removeAgent(name, call)
  } finally {
    await provider.close?.()
  }
}

test('the rights of the policy suffice', async () => {
  await wholeLife(0)
})

test('each of them is needed, and named when it is missing', async () => {
  const needless: string[] = []
  for (const [at, action] of actions.entries()) {
    if (UNSEEN_BY_MOTO.includes(action)) continue
    // Seen only as a warning: the list of machines is worth more.
    if (action === 'ec2:DescribeSpotInstanceRequests') continue
    const error = await wholeLife(at + 1).catch((thrown: unknown) => thrown)
    if (error === undefined) needless.push(action)
    // moto refuses this in IAM's own words, which are not those of SSM.
    else if (action === 'ssm:GetParameter')
      expect(error).toMatchObject({ message: expect.stringMatching(/^GetParameter in/) })
    else expect(error).toMatchObject({ kind: 'auth', message: expect.stringContaining(action) })
  }
  expect(needless).toEqual([])
})
