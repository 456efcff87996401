import type { MachineBar, MachineStatus } from '@woodpeckers/autoscaler-observer'
import type { VNode } from 'preact'
import { duration } from '../format/duration.ts'
import { oneAmount } from '../format/money.ts'
import { Clipped } from '../parts/clipped.tsx'
import { Empty } from '../parts/panel.tsx'
import { StoryLink } from '../parts/story-link.tsx'
import { EventList } from '../sections/events.tsx'
import { stateWord } from '../sections/sort-machines.ts'
import type { PageState } from '../state/page-state.ts'
import type { Api } from '../stream/api.ts'
import { Facts } from './facts.tsx'
import { MachineOrders } from './machine-orders.tsx'
import { Phases } from './phases.tsx'
import { useAnswer } from './use-answer.ts'

interface MachineStoryProps {
  readonly name: string
  readonly api: Api
  readonly state: PageState
}

/** What a machine has done since it was made, and what was decided about it. */
export function MachineStoryView({ name, api, state }: MachineStoryProps): VNode {
  const { status, history } = state.data.value
  const answer = useAnswer((signal) => api.machine(name, signal), status?.at).value
  const told = answer.kind === 'here' ? answer.value : undefined
  const bar = told?.bar ?? history?.machines.find((each) => each.name === name)
  const machine =
    told?.machine ?? status?.pools.flatMap(({ machines }) => machines).find((each) => each.name === name)
  if (answer.kind === 'failed' && !bar && !machine)
    return <Empty>It could not be asked for: {answer.why}.</Empty>
  const events = told?.events ?? []
  return (
    <>
      <MachineFacts machine={machine} bar={bar} at={status?.at ?? state.serverNow.value} />
      {machine && <MachineOrders machine={machine} />}
      {bar && <Phases bar={bar} now={state.serverNow.value} />}
      {machine && machine.tasks.length > 0 && (
        <>
          <h3>Runs</h3>
          <ul class="plain">
            {machine.tasks.map(({ id, title }) => (
              <li key={id}>
                <StoryLink story={{ kind: 'task', id }} text={title || id} most={100} />
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>Events</h3>
      {events.length > 0 ? (
        <EventList events={events.toReversed()} />
      ) : (
        <Empty>{answer.kind === 'asking' ? 'Asking …' : 'None is kept of this machine.'}</Empty>
      )}
    </>
  )
}

interface MachineFactsProps {
  readonly machine: MachineStatus | undefined
  readonly bar: MachineBar | undefined
  readonly at: number
}

function MachineFacts({ machine, bar, at }: MachineFactsProps) {
  const offering = machine?.offering ?? bar?.offering
  const hold = machine?.hold
  const leaves = machine?.leaves
  return (
    <Facts
      facts={[
        ['Pool', bar && <Clipped text={bar.pool} most={60} />],
        ['State', machine ? stateWord(machine.state) : bar?.toAt === undefined ? undefined : 'gone'],
        ['Age', machine?.sinceAt !== undefined && duration(at - machine.sinceAt)],
        ['Slots in use', machine && `${machine.running} of ${machine.capacity}`],
        ['Type', offering !== undefined && <Clipped text={offering} most={80} />],
        ['Price by the hour', machine?.hourlyPrice && oneAmount(machine.hourlyPrice, 4)],
        ['Cost so far', machine?.cost && oneAmount(machine.cost, 3)],
        ['Made by hand', machine?.standing !== undefined && <Clipped text={machine.standing} most={80} />],
        ['Order', machine?.order],
        ['Being removed because', leaves !== undefined && <Clipped text={leaves} most={300} />],
        ['Kept as it is', hold !== undefined && <Clipped text={hold} most={300} />],
      ]}
    />
  )
}
