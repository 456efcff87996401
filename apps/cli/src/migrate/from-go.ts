import { withoutOlderNames } from '../names/older-names.ts'
import { findProvider } from '../providers/find-provider.ts'
import { withCloudsOwnNames } from './clouds-own-names.ts'
import type { Environment } from './environment.ts'
import { DEFAULTS_OF_NEEDED, tellOtherDefaults } from './go-differences.ts'
import { withLabelsOfAgentEnv } from './labels-in-agent-env.ts'
import { tellLeftOut } from './left-out.ts'
import type { SourceRead } from './source.ts'

/** The Go autoscaler's settings: its variables are our own, but for a few. */
export async function fromGo(written: Environment, cwd: string): Promise<SourceRead> {
  const { env: newer, renamed } = withoutOlderNames(written)
  const { env: labelled, told } = withLabelsOfAgentEnv(newer)
  const provider = labelled['WOODPECKER_PROVIDER'] ?? ''
  const { env, taken } = withCloudsOwnNames(labelled, provider)
  const found = provider === '' ? undefined : await findProvider(provider, cwd)
  const definition = found?.ok ? found.definition : undefined
  return {
    ok: true,
    env: provider === 'hetznercloud' ? { ...DEFAULTS_OF_NEEDED, ...withoutEmpty(env) } : env,
    nameOf: (variable) => [...renamed, ...taken].find(([, ours]) => ours === variable)?.[0] ?? variable,
    agentVariable: () => undefined,
    taken: new Set(taken.map(([own]) => own)),
    differences: [
      `the running agents of pool ${env['WOODPECKER_POOL_ID'] || '1'} are taken over as they are: stop the Go autoscaler before this one starts`,
      ...renamed.map(([older, newer]) => `${older} is another name of ${newer}: taken as that`),
      ...taken.map(([own, ours]) => `${own} is taken as ${ours}`),
      ...told,
      ...tellOtherDefaults(env, provider),
      ...(await tellLeftOut(written, provider, definition)),
    ],
  }
}

function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value))
}
