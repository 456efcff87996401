import { gunzipSync } from 'node:zlib'
import { environmentInUserData } from '@woodpeckers/autoscaler-emulators'

/** A machine as moto has it, read without the provider or its SDK. */
export interface MotoMachine {
  readonly id: string
  readonly name: string
  readonly pool: string
  readonly state: string
  readonly type: string
  readonly spot: boolean
}

const VERSIONS: Readonly<Record<string, string>> = { iam: '2010-05-08', cloudformation: '2010-05-15' }

/** One region of moto's account; tests that run at once have one each. */
export class MotoAccount {
  readonly url: string
  readonly region: string
  readonly accessKeyId: string

  constructor(url: string, region: string, accessKeyId = 'AKIAEXAMPLE') {
    this.url = url
    this.region = region
    this.accessKeyId = accessKeyId
  }

  /** moto takes the account and the region from the signature, and does not check it. */
  async ask(action: string, params: Readonly<Record<string, string>> = {}, service = 'ec2'): Promise<string> {
    const version = VERSIONS[service] ?? '2016-11-15'
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        Authorization: `AWS4-HMAC-SHA256 Credential=${this.accessKeyId}/20260101/${this.region}/${service}/aws4_request, SignedHeaders=host, Signature=none`,
      },
      body: new URLSearchParams({ Action: action, Version: version, ...params }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${action}: ${response.status} ${text}`)
    return text
  }

  /** All that was ever made, the ended too. */
  async machines(): Promise<readonly MotoMachine[]> {
    const text = await this.ask('DescribeInstances')
    return text
      .split('<item><reservationId>')
      .slice(1)
      .map((item) => ({
        id: one(item, /<instanceId>([^<]+)/),
        name: one(item, /<key>Name<\/key><value>([^<]*)/),
        pool: one(item, /<key>wp\.autoscaler\/pool<\/key><value>([^<]*)/),
        state: one(item, /<instanceState><code>\d+<\/code><name>([^<]+)/),
        type: one(item, /<instanceType>([^<]+)/),
        spot: item.includes('<instanceLifecycle>spot<'),
      }))
  }

  async there(): Promise<readonly MotoMachine[]> {
    return (await this.machines()).filter(({ state }) => state !== 'terminated')
  }

  /** What an agent would find on the machine: out of the user data that was really sent. */
  async environmentOf(id: string): Promise<Readonly<Record<string, string>>> {
    const text = await this.ask('DescribeInstanceAttribute', { InstanceId: id, Attribute: 'userData' })
    const base64 = one(text, /<userData><value>([^<]+)/)
    const environment = environmentInUserData(gunzipSync(Buffer.from(base64, 'base64')).toString())
    if (!environment) throw new Error(`${id} was given no environment of an agent`)
    return environment
  }

  async image(): Promise<string> {
    const text = await this.ask('DescribeImages', {
      'Filter.1.Name': 'architecture',
      'Filter.1.Value.1': 'x86_64',
    })
    return one(text, /<imageId>([^<]+)/)
  }

  async subnets(): Promise<readonly string[]> {
    return [...(await this.ask('DescribeSubnets')).matchAll(/<subnetId>([^<]+)/g)].map(([, id]) => id!)
  }

  /** As if by hand. */
  async plant(tags: Readonly<Record<string, string>>): Promise<string> {
    const marks = Object.entries(tags).flatMap(([key, value], at) => [
      [`TagSpecification.1.Tag.${at + 1}.Key`, key],
      [`TagSpecification.1.Tag.${at + 1}.Value`, value],
    ])
    const text = await this.ask('RunInstances', {
      MinCount: '1',
      MaxCount: '1',
      ImageId: await this.image(),
      InstanceType: 't3.large',
      'TagSpecification.1.ResourceType': 'instance',
      ...Object.fromEntries(marks),
    })
    return one(text, /<instanceId>([^<]+)/)
  }

  async endAll(): Promise<void> {
    for (const { id } of await this.there()) await this.ask('TerminateInstances', { 'InstanceId.1': id })
  }
}

function one(text: string, pattern: RegExp): string {
  return pattern.exec(text)?.[1] ?? ''
}

export function motoUrl(name: 'MOTO_URL' | 'MOTO_RIGHTS_URL' = 'MOTO_URL'): string {
  const url = process.env[name]
  if (!url) throw new Error(`${name} is not set: run .ci/aws/run.sh`)
  return url
}
