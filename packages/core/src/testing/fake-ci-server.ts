import type { Agent, AgentId } from '../model/agent.ts'
import type { Labels } from '../model/labels.ts'
import type { Task } from '../model/task.ts'
import type {
  AgentInspection,
  AgentsReading,
  CiServer,
  CreatedAgent,
  Deletion,
  Matching,
  NewAgent,
  QueueReading,
  ServerCheck,
  ServerSignal,
  WorkReading,
} from '../ports/ci-server.ts'
import { QueueNeedsAgent } from '../ports/errors.ts'
import type { AgentOffer, CallOptions } from '../ports/provider.ts'
import { FakeServerControl } from './fake-server-control.ts'
import { simpleMatching } from './simple-matching.ts'

/**
 * A CI server in memory that behaves as Woodpecker does, its traps included, seen through the port. What a
 * test does to it (add tasks, connect agents, restart it) is in `FakeServerControl`.
 */
export class FakeCiServer extends FakeServerControl implements CiServer {
  readonly matching: Matching = simpleMatching
  readonly workStampLagMs = 60_000

  readAgents({ signal }: CallOptions): Promise<AgentsReading> {
    return this.pass('readAgents', signal, () => ({
      agents: this.records.all(),
      serverNowAt: this.records.now(),
    }))
  }

  readQueue({ signal }: CallOptions): Promise<QueueReading> {
    return this.pass('readQueue', signal, () => {
      if (this.queueNeedsAgent) throw new QueueNeedsAgent('pipeline not found for task task-0')
      return { tasks: this.queue.visible(), paused: this.queue.paused, pollingSlots: this.pollingSlots() }
    })
  }

  readWork(explained: readonly Task[], { signal }: CallOptions): Promise<WorkReading> {
    return this.pass('readWork', signal, () => {
      const known = new Set(explained.map(({ id }) => id))
      const work = this.queue.entries.filter(({ id, row }) => row === 'running' && !known.has(id))
      return {
        workingAgentIds: new Set(work.flatMap(({ agentId }) => (agentId === undefined ? [] : [agentId]))),
        runningTaskIds: new Set(work.map(({ id }) => id)),
      }
    })
  }

  inspectAgent(id: AgentId, { signal }: CallOptions): Promise<AgentInspection | undefined> {
    return this.pass('inspectAgent', signal, () => {
      const record = this.records.find(id)
      return (
        record && { agent: record.agent, serverNowAt: this.records.now(), busy: this.queue.hasRunning(id) }
      )
    })
  }

  offerOf({ labels, platform, backend }: AgentOffer): Labels {
    return { repo: '*', platform, backend, ...labels, 'org-id': '*' }
  }

  createAgent(agent: NewAgent, { signal }: CallOptions): Promise<CreatedAgent> {
    return this.pass('createAgent', signal, () => {
      const offer = this.offerOf({ labels: agent.labels, platform: 'linux/amd64', backend: agent.backend })
      const record = this.records.named(agent.name) ?? this.records.make(agent.name, agent.slots, offer)
      if (agent.cordoned) this.records.write(record.agent.id, { cordoned: true })
      return {
        agent: record.agent,
        environment: {
          WOODPECKER_HOSTNAME: agent.name,
          WOODPECKER_AGENT_SECRET: `secret of ${agent.name}`,
          WOODPECKER_MAX_WORKFLOWS: String(agent.slots),
          ...agent.environment,
        },
        image: agent.image ?? 'woodpeckerci/woodpecker-agent:v3.17.0',
      }
    })
  }

  setCordon(agent: Agent, cordoned: boolean, { signal }: CallOptions): Promise<Agent | undefined> {
    return this.pass('setCordon', signal, () => this.writeCordon(agent.id, cordoned))
  }

  deleteAgent(agent: Agent, { signal }: CallOptions): Promise<Deletion> {
    return this.pass('deleteAgent', signal, () => {
      if (!this.records.find(agent.id)) return 'already-gone'
      if (this.queue.hasRunning(agent.id)) return 'busy'
      this.dropRecord(agent.id)
      return 'deleted'
    })
  }

  listen(onSignal: (signal: ServerSignal) => void, signal: AbortSignal): void {
    if (!signal.aborted) this.subscribe(onSignal, signal)
  }

  check({ signal }: CallOptions): Promise<ServerCheck> {
    return this.pass('check', signal, () => ({ version: '3.17.0', user: 'admin', admin: true }))
  }

  async close(): Promise<void> {}
}
