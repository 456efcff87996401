import type { Explanation } from '@woodpeckers/autoscaler-core'
import type { VNode } from 'preact'
import { Clipped } from '../parts/clipped.tsx'
import { More } from '../parts/more.tsx'
import { obstacleWords } from './obstacle-words.ts'

type AgentAnswer = Explanation['agents'][number]

interface AnswersProps {
  readonly title: string
  readonly what: string
  readonly answers: readonly Pick<AgentAnswer, 'name' | 'obstacle' | 'why'>[]
}

/** Who could take a task, and of those who cannot, what is in the way. */
export function Answers({ title, what, answers }: AnswersProps): VNode | null {
  if (answers.length === 0) return null
  return (
    <>
      <h3>{title}</h3>
      <More items={answers} first={8} what={what}>
        {(shown, button) => (
          <>
            <table class="answers">
              <tbody>
                {shown.map(({ name, obstacle, why }) => (
                  <tr key={name}>
                    <th scope="row">
                      <Clipped text={name} most={60} />
                    </th>
                    <td class={obstacle ? 'no' : why === undefined ? 'yes' : 'later'}>
                      {obstacle ? (
                        <Clipped text={obstacleWords(obstacle)} most={300} />
                      ) : why === undefined ? (
                        'could take it'
                      ) : (
                        <>
                          could take it, but <Clipped text={why} most={200} />
                        </>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {button}
          </>
        )}
      </More>
    </>
  )
}
