import type { Clock, Random } from '@woodpeckers/autoscaler-core'
import { parseAgentEnvironment } from '../agent/agent-environment.ts'
import type { AgentLink } from '../agent/agent-link.ts'
import { EmulatedAgent } from '../agent/emulated-agent.ts'
import type { Inhabitant, MachineOrder } from './cloud-machine.ts'

export interface AgentsOnMachinesOptions {
  readonly clock: Clock
  readonly random: Random
  /** Connects to the server, with the agent's token: `(token) => server.link(token)`, or `httpLink`. */
  readonly link: (token: string) => AgentLink
  /** Called with each agent before it starts: a place to script its fate. */
  readonly onAgent?: (agent: EmulatedAgent, machine: MachineOrder) => void
}

/** What to do on boot: starts an emulated agent, set up by the environment that the machine was given. */
export function agentsOnMachines(options: AgentsOnMachinesOptions): (machine: MachineOrder) => Inhabitant {
  const { clock, random, link, onAgent } = options
  return (machine) => {
    const { secret, settings } = parseAgentEnvironment({
      WOODPECKER_HOSTNAME: machine.name,
      WOODPECKER_AGENT_CONFIG_FILE: '/etc/woodpecker/agent.conf',
      ...machine.environment,
    })
    const agent = new EmulatedAgent({ link: link(secret), clock, random, settings })
    onAgent?.(agent, machine)
    agent.start()
    return agent
  }
}
