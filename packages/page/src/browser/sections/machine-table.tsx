import type { MachineStatus } from '@woodpeckers/autoscaler-observer'
import type { VNode } from 'preact'
import { clip } from '../format/clip.ts'
import { duration } from '../format/duration.ts'
import { oneAmount } from '../format/money.ts'
import { shortName } from '../format/short-name.ts'
import { Badge } from '../parts/badge.tsx'
import { Clipped } from '../parts/clipped.tsx'
import { More } from '../parts/more.tsx'
import { StoryLink } from '../parts/story-link.tsx'
import { sortMachines, stateKind, stateWord } from './sort-machines.ts'

interface MachineTableProps {
  readonly machines: readonly MachineStatus[]
  readonly at: number
  readonly pool: string
}

export function MachineTable({ machines, at, pool }: MachineTableProps): VNode {
  return (
    <More items={sortMachines(machines)} first={10} what="machines">
      {(shown, button) => (
        <>
          <table class="machines">
            <caption class="unseen">Machines of {clip(pool, 60).shown}</caption>
            <thead>
              <tr>
                <th scope="col">Machine</th>
                <th scope="col">State</th>
                <th scope="col" class="number">
                  Age
                </th>
                <th scope="col" class="number wide">
                  Cost
                </th>
                <th scope="col" class="wide">
                  Type
                </th>
                <th scope="col">Runs</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((machine) => (
                <Row key={machine.name} machine={machine} pool={pool} at={at} />
              ))}
            </tbody>
          </table>
          {button}
        </>
      )}
    </More>
  )
}

interface RowProps {
  readonly machine: MachineStatus
  readonly pool: string
  readonly at: number
}

function Row({ machine, pool, at }: RowProps) {
  const { name, state, sinceAt, offering, cost, order, leaves, hold, standing } = machine
  return (
    <tr>
      <th scope="row">
        <StoryLink story={{ kind: 'machine', name }} text={shortName(name, pool)} most={48} />
        {standing !== undefined && <span class="muted"> made by hand</span>}
      </th>
      <td>
        <Badge kind={stateKind(state)}>{stateWord(state)}</Badge>
        {order && <Badge kind="order">{orderWords[order]}</Badge>}
      </td>
      <td class="number">{sinceAt === undefined ? '–' : duration(at - sinceAt)}</td>
      <td class="number wide">{cost ? oneAmount(cost, 3) : '–'}</td>
      <td class="wide">{offering === undefined ? '–' : <Clipped text={offering} most={24} />}</td>
      <td class="runs">
        <Runs machine={machine} />
        {leaves !== undefined && (
          <span class="muted hold-words">
            <Clipped text={leaves} most={120} />
          </span>
        )}
        {hold !== undefined && (
          <span class="muted hold-words">
            <Clipped text={hold} most={120} />
          </span>
        )}
      </td>
    </tr>
  )
}

const orderWords: Readonly<Record<NonNullable<MachineStatus['order']>, string>> = {
  drain: 'to be drained',
  replace: 'to be replaced',
  protect: 'protected',
}

function Runs({ machine: { tasks, running, capacity } }: { readonly machine: MachineStatus }) {
  const [first, ...others] = tasks
  if (!first) return <span class="muted">{running > 0 ? `${running} of ${capacity}` : '–'}</span>
  return (
    <>
      <StoryLink story={{ kind: 'task', id: first.id }} text={first.title || first.id} most={48} />
      {others.length > 0 && <span class="muted"> and {others.length} more</span>}
    </>
  )
}
