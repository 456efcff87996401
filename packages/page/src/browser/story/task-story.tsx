import type { VNode } from 'preact'
import { Empty } from '../parts/panel.tsx'
import type { PageState } from '../state/page-state.ts'
import type { Api } from '../stream/api.ts'
import { ExplanationView } from './explanation-view.tsx'
import { useAnswer } from './use-answer.ts'

interface TaskStoryProps {
  readonly id: string
  readonly api: Api
  readonly state: PageState
}

/** Why a task waits, or who runs it. */
export function TaskStoryView({ id, api, state }: TaskStoryProps): VNode {
  const answer = useAnswer((signal) => api.explain(id, signal), state.data.value.status?.at).value
  switch (answer.kind) {
    case 'asking':
      return <Empty>Asking …</Empty>
    case 'failed':
      return <Empty>It could not be explained: {answer.why}.</Empty>
    case 'here': {
      const { explanations } = answer.value
      if (explanations.length === 0) return <Empty>No such task is in the queue; it may have ended.</Empty>
      return (
        <>
          {explanations.map((explanation) => (
            <ExplanationView
              key={explanation.task.id}
              explanation={explanation}
              hasTitle={explanations.length > 1}
              now={state.serverNow.value}
            />
          ))}
        </>
      )
    }
    default:
      return answer satisfies never
  }
}
