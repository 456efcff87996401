import {
  DescribeInstancesCommand,
  DescribeSpotInstanceRequestsCommand,
  type Filter,
  GetConsoleOutputCommand,
  type Instance,
  RunInstancesCommand,
  type SpotInstanceRequest,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { UnexpectedAnswer } from '@woodpeckers/autoscaler-core'
import { allPages } from './all-pages.ts'
import type { InstanceApi } from './api.ts'
import type { Calls } from './calls.ts'
import { codeOf } from './errors.ts'

/** More are refused with `FilterLimitExceeded`. */
const FILTER_VALUES_AT_MOST = 200

/** Machines of one region, through the SDK. */
export function instanceCalls({ region, call, launch }: Calls): InstanceApi {
  const describe = (
    filters: readonly Filter[],
    signal: AbortSignal,
    onSend?: () => void,
  ): Promise<readonly Instance[]> =>
    allPages(`DescribeInstances in ${region}`, async (token) => {
      const input = { Filters: [...filters], MaxResults: 1_000, ...token }
      const page = await call('DescribeInstances', signal, (client, http) => {
        onSend?.()
        return client.send(new DescribeInstancesCommand(input), http)
      })
      return {
        items: page.Reservations?.flatMap(({ Instances }) => Instances ?? []),
        next: page.NextToken,
      }
    })

  return {
    instances: describe,

    // As a filter, an id that there is not is no mistake.
    instancesById: async (ids, signal) =>
      ids.length === 0 ? [] : describe([{ Name: 'instance-id', Values: [...ids] }], signal),

    async runInstance(input, signal) {
      const { Instances } = await launch('RunInstances', signal, (client, http) =>
        client.send(new RunInstancesCommand(input), http),
      )
      const [instance] = Instances ?? []
      if (instance?.InstanceId) return instance
      throw new UnexpectedAnswer(`RunInstances in ${region}: the answer names no machine`, {
        mayHaveActed: true,
      })
    },

    async mayRunInstance(input, signal) {
      await launch('RunInstances', signal, async (client, http) => {
        try {
          await client.send(new RunInstancesCommand({ ...input, DryRun: true }), http)
        } catch (thrown) {
          if (codeOf(thrown) !== 'DryRunOperation') throw thrown
        }
      })
    },

    async terminateInstance(id, signal) {
      await call('TerminateInstances', signal, (client, http) =>
        client.send(new TerminateInstancesCommand({ InstanceIds: [id] }), http),
      )
    },

    async startInstance(id, signal) {
      await launch('StartInstances', signal, (client, http) =>
        client.send(new StartInstancesCommand({ InstanceIds: [id] }), http),
      )
    },

    async stopInstance(id, force, signal) {
      await call('StopInstances', signal, (client, http) =>
        client.send(new StopInstancesCommand({ InstanceIds: [id], ...(force && { Force: true }) }), http),
      )
    },

    async consoleOutput(id, signal) {
      const read = (Latest: boolean) =>
        call('GetConsoleOutput', signal, async (client, http) => {
          try {
            return await client.send(new GetConsoleOutputCommand({ InstanceId: id, Latest }), http)
          } catch (thrown) {
            // Only machines on Nitro have the latest; of others there is what they wrote at their start.
            if (Latest && codeOf(thrown) === 'UnsupportedOperation') return undefined
            throw thrown
          }
        })
      const { Output } = (await read(true)) ?? (await read(false)) ?? {}
      return Output ? Buffer.from(Output, 'base64').toString('utf8') : undefined
    },

    async interruptedSpotRequests(ids, signal) {
      const marked: SpotInstanceRequest[] = []
      for (let at = 0; at < ids.length; at += FILTER_VALUES_AT_MOST) {
        const Filters = [{ Name: 'instance-id', Values: ids.slice(at, at + FILTER_VALUES_AT_MOST) }]
        const found = await allPages(`DescribeSpotInstanceRequests in ${region}`, async (token) => {
          const input = { Filters, MaxResults: 1_000, ...token }
          const page = await call('DescribeSpotInstanceRequests', signal, (client, http) =>
            client.send(new DescribeSpotInstanceRequestsCommand(input), http),
          )
          return { items: page.SpotInstanceRequests, next: page.NextToken }
        })
        marked.push(...found.filter(({ Status }) => Status?.Code?.startsWith('marked-for-')))
      }
      return marked
    },
  }
}
