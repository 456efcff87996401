import { describeSettings } from '@woodpeckers/autoscaler-core'
import { cliSchema } from '../settings/cli-schema.ts'
import type { Config, PoolConfig } from './config.ts'
import { type GrpcAddress, parseGrpcAddress, type Reach } from './grpc-address.ts'

export interface AddressCheck {
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

const RIGHT = "use host:port of the server's gRPC as the machines reach it, such as ci.example.org:9000"

/** Says whether agents can reach the server's gRPC address, judged by its text and by where the machines of each pool run. */
export function checkGrpcAddress({ server, pools }: Pick<Config, 'server' | 'pools'>): AddressCheck {
  const spelling = pools[0]?.spelling ?? 'flags'
  const setting = nameOf('grpcAddr', spelling)
  const said = `${setting} is ${JSON.stringify(server.grpcAddr)}`
  const parsed = parseGrpcAddress(server.grpcAddr)
  if (!parsed.ok) return { problems: [`${said}: it ${parsed.why}`], warnings: [] }
  const { address } = parsed
  const warnings: string[] = []
  const problems: string[] = []
  if (!address.hasPort && !server.grpcSecure) {
    warnings.push(`${said}, without a port: agents take 443; write the port, such as :9000`)
  }
  if (address.reach === 'public' && !server.grpcSecure) {
    warnings.push(
      `${said}, a public address, without TLS: agents send their token, and the secrets of jobs, in clear text; set ${nameOf('grpcSecure', spelling)}, with TLS at the server or at a proxy before it`,
    )
  }
  const away = pools.find((pool) => placeOf(pool) === 'elsewhere')
  const unsure = pools.find((pool) => placeOf(pool) === 'unknown')
  const pool = away ?? unsure
  const trouble = pool && troubleOf(address)
  if (pool && trouble) {
    const line = `${said}: ${trouble.why(pool.definition.name)}; ${RIGHT}`
    if (trouble.isSure && away) problems.push(line)
    else warnings.push(line)
  }
  return { problems, warnings }
}

function placeOf({ definition, providerOptions }: PoolConfig): 'here' | 'elsewhere' | 'unknown' {
  return definition.machinesAt?.(providerOptions) ?? 'here'
}

interface Trouble {
  /** Whether no machine elsewhere can ever reach it. */
  readonly isSure: boolean
  readonly why: (provider: string) => string
}

function troubleOf({ host, reach }: GrpcAddress): Trouble | undefined {
  return TROUBLES[reach](host)
}

const TROUBLES: Readonly<Record<Reach, (host: string) => Trouble | undefined>> = {
  'no-host': () => ({
    isSure: true,
    why: (provider) => `it has no host, so each machine of ${provider} would look for the server on itself`,
  }),
  loopback: (host) => ({
    isSure: true,
    why: (provider) =>
      `${host} means each computer itself, so no machine of ${provider} can reach the server there`,
  }),
  'link-local': (host) => ({
    isSure: true,
    why: (provider) => `${host} is a link-local address, which no machine of ${provider} can reach`,
  }),
  'private-address': (host) => ({
    isSure: false,
    why: (provider) =>
      `${host} is a private address, which machines of ${provider} reach only if they are in that network`,
  }),
  'one-word': (host) => ({
    isSure: false,
    why: (provider) =>
      `${host} is a name of one word, which resolves only in a private network such as Docker's: machines of ${provider} most likely cannot reach it`,
  }),
  'private-name': (host) => ({
    isSure: false,
    why: (provider) =>
      `${host} is a name of a private network, which machines of ${provider} most likely cannot resolve`,
  }),
  'test-name': () => undefined,
  public: () => undefined,
}

function nameOf(key: 'grpcAddr' | 'grpcSecure', spelling: PoolConfig['spelling']): string {
  if (spelling === 'file') return `server.${key}`
  const setting = describeSettings(cliSchema).find((candidate) => candidate.key === key)
  return setting ? `${setting.flag} (${setting.env})` : key
}
