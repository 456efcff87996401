import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type Clock, sleep, systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import { parseAgentEnvironment } from './agent-environment.ts'
import type { AgentLink } from './agent-link.ts'
import { EmulatedAgent, type RunJob } from './emulated-agent.ts'
import { httpLink } from './http-link.ts'
import { sleepInChild } from './sleep-in-child.ts'

/**
 * An emulated agent as a process of its own, set up by environment variables as the real one is. `around`
 * wraps its calls, for those who want to know of them.
 */
export async function runAgentProcess(
  env: Readonly<Record<string, string | undefined>>,
  around: (link: AgentLink) => AgentLink = (link) => link,
): Promise<void> {
  const { server, secret, settings, healthAddress, configFile, ...fate } = parseAgentEnvironment(env)
  const clock: Clock = systemClock
  let end: () => void = () => process.exit(0)
  process.once('SIGTERM', () => end())
  process.once('SIGINT', () => end())
  if (fate.crashAfterMs !== undefined) {
    clock.startTimer(fate.crashAfterMs, () => process.kill(process.pid, 'SIGKILL'))
  }
  if (fate.bootMs > 0) await sleep(clock, fate.bootMs)
  const runJob: RunJob | undefined = fate.jobsAreProcesses ? sleepInChild : undefined
  const agent = new EmulatedAgent({
    link: around(remembering(httpLink(server, secret, readId(configFile)), configFile)),
    clock,
    random: systemRandom,
    settings,
    ...(runJob ? { runJob } : {}),
  })
  const health = serveHealth(healthAddress, agent)
  end = () => void agent.terminate()
  agent.start()
  const how = await agent.exited
  health?.close()
  process.exit(how === 'gave-up' ? 1 : 0)
}

function readId(configFile: string): number | undefined {
  if (configFile === '' || !existsSync(configFile)) return undefined
  return JSON.parse(readFileSync(configFile, 'utf8')).agent_id
}

/** Writes the record's id into the config file, as the real agent does. */
function remembering(link: AgentLink, configFile: string): AgentLink {
  if (configFile === '') return link
  return {
    ...link,
    register: async (info, signal) => {
      const agent_id = await link.register(info, signal)
      writeFileSync(configFile, JSON.stringify({ agent_id }))
      return agent_id
    },
  }
}

/** `/healthz` and `/varz`, whose `running_count` says how many workflows it has in hand. */
function serveHealth(address: string, agent: EmulatedAgent): Server | undefined {
  if (address === '') return undefined
  const at = address.lastIndexOf(':')
  const host = address.slice(0, at) || '127.0.0.1'
  return createServer((request, response) => {
    if (request.url !== '/varz') return response.writeHead(200).end()
    response.writeHead(200, { 'Content-Type': 'application/json' })
    const { maxWorkflows } = agent.settings
    response.end(
      JSON.stringify({ polling_count: maxWorkflows - agent.running, running_count: agent.running }),
    )
  }).listen(Number(address.slice(at + 1)), host)
}
