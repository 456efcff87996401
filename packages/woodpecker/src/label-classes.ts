import type { Classes, Labels } from '@woodpeckers/autoscaler-core'
import { counts, DEMAND, own } from './label-rules.ts'

/** All that the other side can tell of a member: equal signatures, equal scores with each of them. */
type Signature = string

/** It scores 0 with every member of the other side, whatever the reason. */
const NOBODYS: Signature = 'nobody'

/** Values by key. */
type Said = Map<string, Set<string>>

interface AgentsSay {
  /** What some agent offers, `*` among the values. */
  readonly offered: Said
  readonly demanded: Said
}

interface TasksSay {
  /** What some task needs of the values that agents offer. */
  readonly wanted: Said
  /** What some task has of the values that agents demand. */
  readonly met: Said
}

/** Gives each pair of key and value a number: to labels even ones, to demands odd ones. */
type Numbering = (key: string, value: string) => number

/**
 * Numbers tasks and agents by what makes a difference to the other side, which is little: that each of
 * 10,000 tasks has its own repository matters to no agent that offers `repo: *`, and that each agent has its
 * own host name matters to no task that does not ask for one.
 */
export function classify(tasks: readonly Labels[], agents: readonly Labels[]): Classes {
  const agentsSay = whatAgentsSay(agents)
  const labelNumber = createNumbering('even')
  const demandNumber = createNumbering('odd')
  const taskSignatures = tasks.map((task) => signatureOfTask(task, agentsSay, labelNumber, demandNumber))
  const tasksSay = whatTasksSay(tasks, taskSignatures, agentsSay)
  const agentSignatures = agents.map((agent) => signatureOfAgent(agent, tasksSay, labelNumber, demandNumber))
  return { tasks: numbered(taskSignatures), agents: numbered(agentSignatures) }
}

function whatAgentsSay(agents: readonly Labels[]): AgentsSay {
  const offered: Said = new Map()
  const demanded: Said = new Map()
  for (const agent of agents) {
    forEachOffer(agent, (key, value) => say(offered, key, value))
    for (const key in agent) {
      if (key.startsWith(DEMAND)) say(demanded, key.slice(1), agent[key] as string)
    }
  }
  return { offered, demanded }
}

/** A value that no agent offers by itself is, to all of them, any value: only `*` takes it. */
function signatureOfTask(
  task: Labels,
  { offered, demanded }: AgentsSay,
  labelNumber: Numbering,
  demandNumber: Numbering,
): Signature {
  const marks: number[] = []
  for (const key in task) {
    const value = task[key] as string
    if (!counts(key, value)) continue
    const values = offered.get(key)
    if (values?.has(value)) marks.push(labelNumber(key, value))
    else if (values?.has('*')) marks.push(labelNumber(key, '*'))
    else return NOBODYS
  }
  for (const [key, values] of demanded) {
    const value = own(task, key)
    if (value !== undefined && values.has(value)) marks.push(demandNumber(key, value))
  }
  return signatureOf(marks)
}

/** One task of a signature speaks for all that have it. */
function whatTasksSay(
  tasks: readonly Labels[],
  signatures: readonly Signature[],
  { offered, demanded }: AgentsSay,
): TasksSay {
  const wanted: Said = new Map()
  const met: Said = new Map()
  const heard = new Set<Signature>([NOBODYS])
  tasks.forEach((task, index) => {
    const signature = signatures[index] as Signature
    if (heard.has(signature)) return
    heard.add(signature)
    for (const key in task) {
      const value = task[key] as string
      if (counts(key, value)) say(wanted, key, offered.get(key)?.has(value) ? value : '*')
    }
    for (const [key, values] of demanded) {
      const value = own(task, key)
      if (value !== undefined && values.has(value)) say(met, key, value)
    }
  })
  return { wanted, met }
}

/** An offer that no task wants is as good as none. */
function signatureOfAgent(
  agent: Labels,
  { wanted, met }: TasksSay,
  labelNumber: Numbering,
  demandNumber: Numbering,
): Signature {
  const marks: number[] = []
  for (const key in agent) {
    if (!key.startsWith(DEMAND)) continue
    const value = agent[key] as string
    if (!met.get(key.slice(1))?.has(value)) return NOBODYS
    marks.push(demandNumber(key.slice(1), value))
  }
  forEachOffer(agent, (key, value) => {
    const values = wanted.get(key)
    if (values && (value === '*' || values.has(value))) marks.push(labelNumber(key, value))
  })
  return signatureOf(marks)
}

/** A demanded label is offered as well, unless the agent has a plain one of that key. */
function forEachOffer(agent: Labels, visit: (key: string, value: string) => void): void {
  for (const key in agent) {
    const value = agent[key] as string
    visit(key, value)
    if (key.startsWith(DEMAND) && !Object.hasOwn(agent, key.slice(1))) visit(key.slice(1), value)
  }
}

function say(said: Said, key: string, value: string): void {
  const values = said.get(key)
  if (values) values.add(value)
  else said.set(key, new Set([value]))
}

function createNumbering(kind: 'even' | 'odd'): Numbering {
  const numbers = new Map<string, Map<string, number>>()
  let next = kind === 'even' ? 0 : 1
  return (key, value) => {
    let ofKey = numbers.get(key)
    if (!ofKey) {
      ofKey = new Map()
      numbers.set(key, ofKey)
    }
    let number = ofKey.get(value)
    if (number === undefined) {
      number = next
      next += 2
      ofKey.set(value, number)
    }
    return number
  }
}

function signatureOf(marks: number[]): Signature {
  return marks.sort((a, b) => a - b).join(' ')
}

function numbered(signatures: readonly Signature[]): readonly number[] {
  const numbers = new Map<Signature, number>()
  return signatures.map((signature) => {
    const number = numbers.get(signature) ?? numbers.size
    numbers.set(signature, number)
    return number
  })
}
