// The emulated agent, which besides writes down which jobs it has taken, and which of them it has reported.
import { enableCompileCache } from 'node:module'
import type { AgentLink } from '@woodpeckers/autoscaler-emulators'
import { note } from './journal.ts'

enableCompileCache()
const { runAgentProcess } = await import('@woodpeckers/autoscaler-emulators/agent-process')
const { SOAK_JOURNAL: file = '', WOODPECKER_HOSTNAME: agent = '' } = process.env

await runAgentProcess(process.env, (link: AgentLink) => ({
  ...link,
  next: async (labels, signal) => {
    const job = await link.next(labels, signal)
    if (job) note(file, { what: 'took', agent, taskId: job.taskId })
    return job
  },
  done: async (taskId, state, signal) => {
    await link.done(taskId, state, signal)
    note(file, { what: 'reported', agent, taskId })
  },
}))
