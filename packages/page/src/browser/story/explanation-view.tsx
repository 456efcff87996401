import type { Explanation } from '@woodpeckers/autoscaler-core'
import type { VNode } from 'preact'
import { duration } from '../format/duration.ts'
import { Badge } from '../parts/badge.tsx'
import { Clipped } from '../parts/clipped.tsx'
import { Labels } from '../parts/labels.tsx'
import { More } from '../parts/more.tsx'
import { StoryLink } from '../parts/story-link.tsx'
import { Answers } from './answers.tsx'
import { bootingWords } from './booting-words.ts'
import { Facts } from './facts.tsx'

interface ExplanationProps {
  readonly explanation: Explanation
  readonly hasTitle: boolean
  readonly now: number
}

/** All that is known of why a task waits: the answer first, then what it rests on. */
export function ExplanationView({ explanation, hasTitle, now }: ExplanationProps): VNode {
  const { task, sentence, pools, agents, booting, holds } = explanation
  return (
    <article>
      {hasTitle && (
        <h3>
          <Clipped text={task.title} most={160} />
        </h3>
      )}
      <p class="answer">
        <Clipped text={sentence} most={600} />
      </p>
      <Facts
        facts={[
          ['State', task.state],
          ['Waits', task.waitingSinceAt !== undefined && duration(now - task.waitingSinceAt)],
          ['Labels', Object.keys(task.labels).length > 0 && <Labels labels={task.labels} />],
        ]}
      />
      {booting.length > 0 && (
        <>
          <h3>Machines that boot</h3>
          <More items={booting} first={10} what="machines">
            {(shown, button) => (
              <>
                <ul class="plain">
                  {shown.map((machine) => (
                    <li key={machine.name}>
                      <StoryLink
                        story={{ kind: 'machine', name: machine.name }}
                        text={machine.name}
                        most={60}
                      />{' '}
                      {machine.isForThis && <Badge kind="booting">for this task</Badge>}{' '}
                      {bootingWords(machine, now)}
                    </li>
                  ))}
                </ul>
                {button}
              </>
            )}
          </More>
        </>
      )}
      {holds.length > 0 && (
        <>
          <h3>What holds it back</h3>
          <ul class="plain">
            {holds.map((hold) => (
              <li key={hold.because + hold.reason}>
                <Badge kind="hold">{hold.because.replaceAll('-', ' ')}</Badge>{' '}
                <Clipped text={hold.reason} most={300} />
              </li>
            ))}
          </ul>
        </>
      )}
      <Answers
        title="Pools"
        what="pools"
        answers={pools.map((answer) => ({ ...answer, name: answer.pool }))}
      />
      <Answers title="Agents" what="agents" answers={agents} />
    </article>
  )
}
