import { isSure } from '../world/admins.ts'
import type { World } from '../world/world.ts'
import type { Check } from './check.ts'
import type { Break } from './work-is-kept.ts'

/** What an admin has cordoned is neither uncordoned nor ended; but by an order of people, or as it is silent. */
export function adminCordonsStay(world: World, broken: Break): Check {
  return {
    onCall(_, method, url, body) {
      const [, id] = /\/api\/agents\/(\d+)$/.exec(new URL(url).pathname) ?? []
      if (method !== 'PATCH' || id === undefined) return
      const cordon = world.admins.onWrite(Number(id), body.includes('"no_schedule":true'))
      if (cordon) broken('obeys people', `the cordon of ${cordon.name}, set by an admin, is lifted`)
    },
    onMachineEnd(agents, by) {
      if (by === 'world') return
      for (const { process, name, pool, lastContactAt } of agents) {
        const cordon = world.admins.cordons.find(({ agentId }) => agentId === process.agentId)
        if (!cordon || !isSure(cordon) || world.people.hasOrdered(pool, name)) continue
        const { inactivityTimeoutMs } = world.policies.of(pool)
        if (world.clock.now() - (lastContactAt ?? 0) >= inactivityTimeoutMs) continue
        broken('obeys people', `${name} was ended, which an admin had cordoned`)
      }
    },
  }
}
