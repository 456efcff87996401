import { findProvider } from '../providers/find-provider.ts'
import type { Environment } from './environment.ts'
import { DEFAULTS_OF_NEEDED, tellOtherDefaults } from './go-differences.ts'
import { withoutOlderNames } from './go-providers.ts'
import { withLabelsOfAgentEnv } from './labels-in-agent-env.ts'
import { tellLeftOut } from './left-out.ts'
import type { SourceRead } from './source.ts'

/** The Go autoscaler's settings: its variables are our own, but for a few. */
export async function fromGo(written: Environment, cwd: string): Promise<SourceRead> {
  const { env: newer, renamed } = withoutOlderNames(written)
  const { env, told } = withLabelsOfAgentEnv(newer)
  const provider = env['WOODPECKER_PROVIDER'] ?? ''
  const found = provider === '' ? undefined : await findProvider(provider, cwd)
  const definition = found?.ok ? found.definition : undefined
  return {
    ok: true,
    env: provider === 'hetznercloud' ? { ...DEFAULTS_OF_NEEDED, ...withoutEmpty(env) } : env,
    nameOf: (variable) => renamed.find(([, newer]) => newer === variable)?.[0] ?? variable,
    agentVariable: () => undefined,
    differences: [
      `the running agents of pool ${env['WOODPECKER_POOL_ID'] || '1'} are taken over as they are: stop the Go autoscaler before this one starts`,
      ...renamed.map(([older, newer]) => `${older} is the older name of ${newer}: taken as that`),
      ...told,
      ...tellOtherDefaults(env, provider),
      ...(await tellLeftOut(written, provider, definition)),
    ],
  }
}

function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value))
}
