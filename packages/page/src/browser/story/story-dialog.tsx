import type { VNode } from 'preact'
import { SaidNotice } from '../sections/said-notice.tsx'
import type { PageState, Story } from '../state/page-state.ts'
import type { Api } from '../stream/api.ts'
import { Dialog } from './dialog.tsx'
import { MachineStoryView } from './machine-story.tsx'
import { TaskStoryView } from './task-story.tsx'

interface StoryDialogProps {
  readonly state: PageState
  readonly api: Api
}

/** The story of the machine or task that was asked for. */
export function StoryDialog({ state, api }: StoryDialogProps): VNode | null {
  const story = state.story.value
  if (!story) return null
  return (
    <Dialog
      title={titleOf(story, state)}
      onClose={() => {
        state.story.value = undefined
      }}
    >
      <SaidNotice state={state} />
      {story.kind === 'machine' ? (
        <MachineStoryView key={story.name} name={story.name} api={api} state={state} />
      ) : (
        <TaskStoryView key={story.id} id={story.id} api={api} state={state} />
      )}
    </Dialog>
  )
}

function titleOf(story: Story, { data }: PageState): string {
  if (story.kind === 'machine') return story.name
  return data.value.status?.tasks.find(({ id }) => id === story.id)?.title ?? `Task ${story.id}`
}
