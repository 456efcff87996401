import type { Machine } from '@woodpeckers/autoscaler-core'
import type { OwnServer } from './own-server.ts'
import { CONFIGURED, type Recipe } from './recipe.ts'

const STATES: Readonly<Record<string, Machine['state']>> = {
  on: 'running',
  off: 'stopped',
  installing: 'starting',
  software_install: 'starting',
  configuring: 'starting',
  cloning: 'starting',
  reinstalling: 'starting',
  turning_on: 'starting',
  rebooting: 'starting',
  hard_rebooting: 'starting',
  turning_off: 'stopping',
  hard_turning_off: 'stopping',
  removing: 'stopping',
}

/** A server as the engine knows machines. Statuses that nobody has told of are `unknown`. */
export function machineOf({ agent, server }: OwnServer, recipe: Recipe | undefined): Machine {
  const createdAt = instantOf(server.created_at)
  const state = STATES[server.status] ?? 'unknown'
  const offering = server.preset_id ? String(server.preset_id) : CONFIGURED
  const price = recipe?.offerings.find(({ id }) => id === offering)?.hourlyPrice
  return {
    name: agent,
    state,
    ...((state === 'starting' || state === 'unknown') && { status: server.status }),
    offering,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(price ? { hourlyPrice: price } : {}),
  }
}

/** Times without a zone are UTC, where JavaScript would take them for local. */
function instantOf(text: string | null | undefined): number | undefined {
  if (!text) return undefined
  const at = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(at) ? undefined : at
}
