import type { Agent, CiServer, Clock } from '@woodpeckers/autoscaler-core'
import { offerOf } from '@woodpeckers/autoscaler-woodpecker'
import { wholeSeconds } from './lean-agent.ts'
import type { LeanServer } from './lean-server.ts'

/** The lean server as the engine sees it. */
export function ciServerOf(server: LeanServer, clock: Clock): CiServer {
  const { queue, kinds } = server
  return {
    matching: kinds.matching,
    workStampLagMs: 60_000,
    readAgents: async () => {
      const now = clock.now()
      const agents: Agent[] = []
      for (const agent of server.agents.values()) agents.push(agent.record(now))
      return { agents, serverNowAt: wholeSeconds(now) }
    },
    readQueue: async () => ({ tasks: queue.tasks(), paused: false, pollingSlots: queue.slots.count }),
    readWork: async () => {
      const workingAgentIds = new Set<string>()
      const runningTaskIds = new Set<string>()
      for (const { agent, task } of queue.running) {
        workingAgentIds.add(agent!.id)
        runningTaskIds.add(task.id)
      }
      return { workingAgentIds, runningTaskIds }
    },
    inspectAgent: async (id) => {
      const agent = server.agents.get(id)
      const now = clock.now()
      return agent && { agent: agent.record(now), serverNowAt: wholeSeconds(now), busy: agent.running > 0 }
    },
    offerOf,
    createAgent: async (agent) => server.create(agent),
    setCordon: async ({ id }, cordoned) => server.setCordon(id, cordoned),
    deleteAgent: async ({ id }) => server.delete(id),
    listen: (onSignal) => server.listen(onSignal),
    check: async () => ({ version: '3.17.0', user: 'simulation', admin: true }),
    close: async () => {},
  }
}
