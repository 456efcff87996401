import { type Agent, type CallOptions, type CiServer, poolOfName } from '@woodpeckers/autoscaler-core'
import { bad, type Finding } from './finding.ts'

/** Machines under whose name more than one agent has registered; nothing is said where there are none. */
export async function checkSameName(server: CiServer, call: CallOptions): Promise<readonly Finding[]> {
  const reading = await server.readAgents(call).catch(() => undefined)
  const registered = (reading?.agents ?? []).filter(
    ({ name, lastContactAt }) => lastContactAt !== undefined && poolOfName(name) !== undefined,
  )
  return [...Map.groupBy(registered, ({ name }) => name)].flatMap(([name, agents]) =>
    agents.length > 1 ? [bad(`agent ${name}`, whatIsWrong(agents), adviceFor(agents))] : [],
  )
}

function whatIsWrong(agents: readonly Agent[]): string {
  return `${agents.length} agents have this name (${agents.map(({ id }) => id).join(', ')}): its machine is kept while any of them may work`
}

function adviceFor(agents: readonly Agent[]): string {
  const itself = agents.filter(({ registeredItself }) => registeredItself).map(({ id }) => id)
  return itself.length > 0
    ? `agent ${itself.join(', ')} registered itself with the shared secret: remove the agent that the machine image or template starts by itself`
    : 'delete or rename the record that was not created by the autoscaler'
}
