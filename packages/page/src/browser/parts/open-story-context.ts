import { type Context, createContext } from 'preact'
import type { Story } from '../state/page-state.ts'

/** Opens a story, from anywhere on the page. */
export const OpenStory: Context<(story: Story) => void> = createContext<(story: Story) => void>(() => {})
