import type { SSMClient, SSMClientConfig } from '@aws-sdk/client-ssm'
import { codeOf, toOutsideError } from './errors.ts'
import { type Patience, patiently } from './patience.ts'

export interface Parameters {
  /** The value of a parameter; `undefined`: there is no such one. */
  read(path: string, signal: AbortSignal): Promise<string | undefined>
  close(): void
}

/** Parameters of Systems Manager, where AWS and others keep the ids of their latest images. Loaded when first asked. */
export function openParameters(
  config: SSMClientConfig & { readonly region: string },
  patience: Patience,
): Parameters {
  let client: SSMClient | undefined
  const asked = { action: 'GetParameter', service: 'ssm', region: config.region } as const
  return {
    read: async (path, signal) => {
      const sdk = await import('@aws-sdk/client-ssm')
      signal.throwIfAborted()
      client ??= new sdk.SSMClient(config)
      const ssm = client
      const passes = ({ kind }: { kind: string }) => kind === 'transient' || kind === 'rate-limited'
      return await patiently(patience, passes, signal, async () => {
        try {
          const answer = await ssm.send(new sdk.GetParameterCommand({ Name: path }), { abortSignal: signal })
          return answer.Parameter?.Value
        } catch (thrown) {
          signal.throwIfAborted()
          if (codeOf(thrown) === 'ParameterNotFound') return undefined
          throw toOutsideError(thrown, asked)
        }
      })
    },
    close: () => client?.destroy(),
  }
}
