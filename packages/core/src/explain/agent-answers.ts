import { type Clocks, isConnected } from '../evidence/contact.ts'
import { DEAF_AFTER_MS } from '../evidence/timings.ts'
import { indexWork } from '../evidence/work.ts'
import type { Agent } from '../model/agent.ts'
import type { MemberView } from '../model/plan.ts'
import type { TickReport } from '../model/report.ts'
import type { Task } from '../model/task.ts'
import { labelInTheWay } from '../plan/obstacles.ts'
import type { AgentAnswer } from './explanation.ts'

/** Nobody reads more of those that cannot take it. */
const SHOWN_AT_MOST = 50

/** What each registered agent has to do with the task: those that may take it first, then those that could. */
export function agentAnswers(
  task: Task,
  { snapshot, input, plan }: Pick<TickReport, 'snapshot' | 'input' | 'plan'>,
): readonly AgentAnswer[] {
  if (!snapshot.agents.ok) return []
  const { agents, serverNowAt } = snapshot.agents.value
  const clocks: Clocks = { takenAt: snapshot.takenAt, serverNowAt }
  const views = new Map(
    plan.pools.flatMap(({ id, members }) => members.map((view) => [view.name, { pool: id, view }] as const)),
  )
  const running = indexWork(snapshot).runningByAgent
  const answers = agents.flatMap((agent): readonly AgentAnswer[] => {
    if (!agent.labels) return []
    const known = views.get(agent.name)
    const obstacle = labelInTheWay(task.labels, agent.labels, input.matching)
    const why = obstacle
      ? undefined
      : whyNot(agent, known?.view, running.get(agent.id) ?? 0, {
          isThere: isConnected(agent, clocks, input.memory),
          freeForMs: snapshot.takenAt - (input.memory.agents.get(agent.id)?.freeSince ?? snapshot.takenAt),
        })
    return [
      {
        name: agent.name,
        ...(known && { pool: known.pool, state: known.view.state }),
        ...(obstacle && { obstacle }),
        ...(why !== undefined && { why }),
      },
    ]
  })
  return answers.sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN_AT_MOST)
}

function rank({ obstacle, why }: AgentAnswer): number {
  return obstacle ? 2 : why === undefined ? 0 : 1
}

function whyNot(
  { cordoned, capacity }: Agent,
  view: MemberView | undefined,
  running: number,
  { isThere, freeForMs }: { readonly isThere: boolean; readonly freeForMs: number },
): string | undefined {
  if (!isThere) return 'it is not in contact'
  if (running >= capacity)
    return capacity === 1 ? 'it runs another task' : `all ${capacity} of its slots are taken`
  if (view?.state === 'ending') return 'its machine is being ended'
  if (view?.state === 'cordoned')
    return 'it is cordoned by someone else: it takes no tasks until no_schedule is cleared'
  if (cordoned) return 'it is cordoned: it gets no more tasks'
  if (freeForMs >= DEAF_AFTER_MS) return 'it is free, and does not take it'
  return undefined
}
