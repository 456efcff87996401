import { asOutsideError, type CallOptions, counted, Rejected } from '@woodpeckers/autoscaler-core'
import { listNames } from './list-machines.ts'
import { judge, shown } from './offerings.ts'
import type { HetznerSite } from './site.ts'

/** Token, rights, what is there and what is to be had, in one line; nothing is made. */
export async function check(site: HetznerSite, call: CallOptions): Promise<string> {
  const machines = await listNames(site, call)
  const all = await site.api.count('servers', call)
  const rights = await rightsOf(site, call)
  const judged = await judge(site)
  const gone = judged.flatMap((each) =>
    'leftOut' in each && !each.passes ? [`${each.candidate.id}: ${each.leftOut}`] : [],
  )
  if (gone.length > 0 && gone.length === judged.length) {
    throw new Rejected(`none of the machine types can be created: ${gone.join('; ')}`)
  }
  const offered = judged.map((each) => {
    const { id } = each.candidate
    if ('leftOut' in each) return `${id} (left out: ${each.leftOut})`
    return each.offering.hourlyPrice ? `${id} at ${shown(each.offering.hourlyPrice)} an hour` : id
  })
  const there = `${counted(machines.length, 'machine')} of the pool ${site.pool}, ${all === undefined ? 'an unknown number of servers' : counted(all, 'server')} in the project`
  return `${rights}; ${there} (its limit is not told by the API); ${offered.join(', ')}`
}

/** @throws AuthError for a token that may only read */
async function rightsOf({ api }: HetznerSite, call: CallOptions): Promise<string> {
  try {
    await api.orderNothing(call)
  } catch (thrown) {
    const error = asOutsideError(thrown)
    if (error.kind === 'auth') throw error
    // It got past the token, to be refused for what it lacks.
    if (error.kind === 'rejected') return 'the token may read and write'
  }
  return 'the token may read; whether it may write could not be told'
}
