import type { VNode } from 'preact'
import { useContext } from 'preact/hooks'
import { clip } from '../format/clip.ts'
import type { Story } from '../state/page-state.ts'
import { OpenStory } from './open-story-context.ts'

interface OpenStoryProps {
  readonly story: Story
  readonly text: string
  /** In characters; the story itself shows the whole. */
  readonly most: number
}

/** A machine or a task, by its name: a click tells its story. */
export function StoryLink({ story, text, most }: OpenStoryProps): VNode {
  const open = useContext(OpenStory)
  return (
    <button type="button" class="link subject" aria-haspopup="dialog" onClick={() => open(story)}>
      <bdi>{clip(text, most).shown}</bdi>
    </button>
  )
}
