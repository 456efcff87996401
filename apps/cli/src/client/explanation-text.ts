import {
  type Explanation,
  formatDuration,
  type LabelInTheWay,
  obstacleText,
} from '@woodpeckers/autoscaler-core'
import { age } from '../terminal/age.ts'
import type { Style } from '../terminal/style.ts'
import { titledTable } from '../terminal/table.ts'
import { oneText } from './one-text.ts'

/** More agents are only counted: a fleet may be large. */
const AGENTS_SHOWN = 20

/** Why a task waits, for people: the sentence first, then all that it was made from. `nowAt`: by the autoscaler. */
export function renderExplanation(explanation: Explanation, nowAt: number, style: Style): string {
  const { task, sentence, pools, agents, booting, holds } = explanation
  const since = task.waitingSinceAt === undefined ? '' : `, for ${age(task.waitingSinceAt, nowAt)}`
  const head = `${style.title(oneText(task.title))}  ${style.quiet(`${task.state}${since}; task ${oneText(task.id)}`)}`
  const first = [head, oneText(sentence), style.quiet(labelsLine(task.labels))]
  // It has all that it needs.
  if (task.state === 'running') return `${first.join('\n')}\n`
  const more = agents.length - AGENTS_SHOWN
  const sections = [
    first,
    titledTable(
      style.title('Pools'),
      pools.map(({ pool, obstacle }) => [
        style.name(pool),
        obstacle ? style.bad(inTheWay(obstacle)) : style.good('could take it'),
      ]),
    ),
    titledTable(style.title('Agents'), [
      ...agents
        .slice(0, AGENTS_SHOWN)
        .map(({ name, state, obstacle, why }) => [
          style.name(name),
          state ?? '',
          obstacle ? style.bad(inTheWay(obstacle)) : oneText(why ?? 'may take it'),
        ]),
      ...(more > 0 ? [[style.quiet(`and ${more} more`)]] : []),
    ]),
    titledTable(
      style.title('Booting'),
      booting.map(({ name, sinceAt, usuallyMs, isForThis }) => [
        style.name(name),
        `for ${age(sinceAt, nowAt)}`,
        usuallyMs === undefined ? '' : `usually ${formatDuration(usuallyMs)}`,
        isForThis ? 'launched for this task' : '',
      ]),
    ),
    titledTable(
      style.title('Held back'),
      holds.map(({ pool, because, reason }) => [
        style.warning(because),
        pool === undefined ? 'all pools' : `pool ${pool}`,
        oneText(reason),
      ]),
    ),
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('')
}

/** Those that a server adds by itself begin with its name and a slash: they are many, and only counted. */
function labelsLine(labels: Explanation['task']['labels']): string {
  const all = Object.entries(labels)
  const own = all.filter(([key]) => !key.includes('/'))
  const more = all.length - own.length
  const texts = own.map(([key, value]) => oneText(`${key}=${value}`))
  return `labels: ${[...texts, ...(more > 0 ? [`${more} of the server`] : [])].join(', ') || 'none'}`
}

function inTheWay({ label, offered, demanded }: LabelInTheWay): string {
  return obstacleText({
    label: oneText(label),
    offered: offered === undefined ? undefined : oneText(offered),
    ...(demanded !== undefined && { demanded: oneText(demanded) }),
  })
}
