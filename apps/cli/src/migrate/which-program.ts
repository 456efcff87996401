import type { Environment } from './environment.ts'

/** Whose settings are taken over. */
export type Program = 'go' | 'picus'

/** By which variables are there; `undefined`: by none. PICUS_ ones count first, as nothing else has them. */
export function whichProgram(env: Environment): Program | undefined {
  if (has(env, 'PICUS_')) return 'picus'
  return has(env, 'WOODPECKER_') ? 'go' : undefined
}

/** Where there is a choice that nobody has made: one line. */
export function tellBoth(env: Environment): readonly string[] {
  const both = has(env, 'PICUS_') && has(env, 'WOODPECKER_')
  return both ? ['WOODPECKER_ variables are there too: --from=go takes those'] : []
}

function has(env: Environment, prefix: string): boolean {
  return Object.keys(env).some((name) => env[name] && name.startsWith(prefix))
}
