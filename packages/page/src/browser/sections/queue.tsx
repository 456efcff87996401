import { useSignal } from '@preact/signals'
import type { StatusView, TaskStatus } from '@woodpeckers/autoscaler-observer'
import type { VNode } from 'preact'
import { duration } from '../format/duration.ts'
import { Choice } from '../parts/choice.tsx'
import { Clipped } from '../parts/clipped.tsx'
import { Labels } from '../parts/labels.tsx'
import { More } from '../parts/more.tsx'
import { Empty, Panel } from '../parts/panel.tsx'
import { StoryLink } from '../parts/story-link.tsx'
import { Ask } from './ask.tsx'

/** Who waits and why, and who runs where. */
export function Queue({ status }: { readonly status: StatusView }): VNode {
  const shown = useSignal<'waiting' | 'running'>('waiting')
  const { queue } = status
  const waiting = status.tasks.filter(({ state }) => state !== 'running')
  const running = status.tasks.filter(({ state }) => state === 'running')
  const tabs = [
    ['waiting', queue ? `Waiting ${queue.pending + queue.waiting}` : 'Waiting'],
    ['running', queue ? `Running ${queue.running}` : 'Running'],
  ] as const
  return (
    <Panel
      id="queue"
      title="Queue"
      aside={
        <div class="queue-aside">
          <Ask />
          <Choice
            label="Which tasks"
            options={tabs}
            value={shown.value}
            onChoose={(tab) => {
              shown.value = tab
            }}
          />
        </div>
      }
    >
      {shown.value === 'waiting' ? (
        <Tasks tasks={waiting} at={status.at} empty={emptyWords(status)} />
      ) : (
        <Tasks
          tasks={running}
          at={status.at}
          empty="No task runs. Those that do will be here, with their machine."
        />
      )}
      {status.moreTasks > 0 && (
        <p class="muted">
          {status.moreTasks.toLocaleString('en')} more tasks are not listed; those that wait longest come
          first.
        </p>
      )}
    </Panel>
  )
}

function emptyWords({ queue }: StatusView): string {
  return queue
    ? 'No task waits. Each one that does will be here, with the reason.'
    : 'The queue cannot be read at the moment, so nobody knows who waits.'
}

interface TasksProps {
  readonly tasks: readonly TaskStatus[]
  readonly at: number
  readonly empty: string
}

function Tasks({ tasks, at, empty }: TasksProps) {
  if (tasks.length === 0) return <Empty>{empty}</Empty>
  return (
    <More items={tasks} first={12} what="tasks">
      {(shown, button) => (
        <>
          <ul class="tasks">
            {shown.map((task) => (
              <li key={task.id}>
                <div class="task-line">
                  <StoryLink story={{ kind: 'task', id: task.id }} text={task.title || task.id} most={80} />
                  <span class="since">{sinceWords(task, at)}</span>
                </div>
                <div class="task-rest">
                  <p>
                    {task.agent ? (
                      <StoryLink story={{ kind: 'machine', name: task.agent }} text={task.agent} most={60} />
                    ) : (
                      <Clipped text={task.reason ?? ''} most={220} />
                    )}
                  </p>
                  <Labels labels={task.labels} />
                </div>
              </li>
            ))}
          </ul>
          {button}
        </>
      )}
    </More>
  )
}

function sinceWords({ state, sinceAt }: TaskStatus, at: number): string {
  if (state === 'waiting') return 'on others'
  return sinceAt === undefined ? '' : duration(at - sinceAt)
}
