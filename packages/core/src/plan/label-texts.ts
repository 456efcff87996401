import { differencesOf } from '../evidence/label-differences.ts'
import { promiseOf, type Shown, type Variant } from '../evidence/variants.ts'
import type { Agent } from '../model/agent.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { Task } from '../model/task.ts'
import type { Registered } from '../model/trials.ts'
import type { Matching } from '../ports/ci-server.ts'

/** What stands in the way of the task, or of every task, in what an agent of the pool registered with. */
export function whatIsMissing(
  pool: PoolPolicy,
  variants: readonly Variant[],
  { labels, registered }: Shown,
  task: Task | undefined,
  matching: Matching,
): string {
  const about = { pool, place: placeText(variants, registered) }
  if (registered.slots === 0) return slotsText(about, 0)
  const obstacle = task && matching.obstacle(task.labels, labels)
  if (!obstacle) return `agents of pool \`${pool.id}\` register otherwise than promised${about.place}`
  const { key, wanted, offered, demanded } = obstacle
  if (demanded) return extraText(about, key, offered)
  const promised = promiseOf(pool, registered.machineType)
  const isPromised = key !== pool.machineLabel && Object.hasOwn(promised, key)
  return labelText(about, key, isPromised ? promised[key] : wanted, offered)
}

/** How an agent of the pool differs from what its settings promise, a sentence for each difference. */
export function differenceTexts(
  pool: PoolPolicy,
  variants: readonly Variant[],
  registered: Registered,
  matching: Matching,
): readonly string[] {
  const about = { pool, place: placeText(variants, registered) }
  const promised = promiseOf(pool, registered.machineType)
  const { slots, labels } = registered
  const texts = slots < pool.workflowsPerAgent ? [slotsText(about, slots)] : []
  for (const [key, offered] of differencesOf(promised, labels, matching)) {
    if (Object.hasOwn(promised, key)) texts.push(labelText(about, key, promised[key], offered))
    else texts.push(extraText(about, key, offered))
  }
  return texts
}

/** The same of an agent of which nobody knows which machine type it is on. */
export function registrationDifferences(
  pool: PoolPolicy,
  { name, labels = {}, capacity: slots }: Agent,
  matching: Matching,
): readonly string[] {
  const { id, configuration } = pool
  const machineType = pool.machineLabel === undefined ? undefined : labels[pool.machineLabel]
  const times = { launchedAt: 0, at: 0 }
  const registered = { name, pool: id, configuration, machineType, labels, slots, ...times }
  return differenceTexts(pool, [], registered, matching)
}

interface About {
  readonly pool: PoolPolicy
  readonly place: string
}

function labelText(
  { pool, place }: About,
  key: string,
  wanted: string | undefined,
  offered: string | undefined,
): string {
  const promised = `\`${key}=${wanted}\``
  const how =
    offered === undefined ? `without ${promised}` : `with \`${key}=${offered}\` instead of ${promised}`
  return `agents of pool \`${pool.id}\` register ${how}${place}: ${hintOf(key)}`
}

function extraText({ pool, place }: About, key: string, offered: string | undefined): string {
  return (
    `agents of pool \`${pool.id}\` take only tasks labelled \`${key.replace(/^\W/, '')}=${offered}\`${place}: ` +
    'does the image or the template set labels of its own?'
  )
}

function slotsText({ pool, place }: About, slots: number): string {
  const text = slots === 1 ? '1 slot' : `${slots} slots`
  return `agents of pool \`${pool.id}\` register with ${text} instead of ${pool.workflowsPerAgent}${place}: does the template pass WOODPECKER_MAX_WORKFLOWS on?`
}

/** Which of the pool's machines it is about, where others keep what was promised. */
function placeText(variants: readonly Variant[], { machineType }: Registered): string {
  const isKeptElsewhere = variants.some(
    ({ labels, promised, shown }) => labels === promised && shown.some(({ isOwn }) => isOwn),
  )
  return isKeptElsewhere && machineType !== undefined ? ` on machine type \`${machineType}\`` : ''
}

const HINTS: Readonly<Record<string, string>> = {
  platform: 'do the machine types have the architecture that the pool promises?',
  backend: 'does the template pass WOODPECKER_BACKEND on?',
  'org-id': 'does the template pass WOODPECKER_AGENT_SECRET on, and not the secret that all agents share?',
}

function hintOf(key: string): string {
  return HINTS[key] ?? 'does the template pass WOODPECKER_AGENT_LABELS on?'
}
