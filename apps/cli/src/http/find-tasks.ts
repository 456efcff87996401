import type { Task } from '@woodpeckers/autoscaler-core'

/** More are not answered: who asks for a part of a title may mean very many. */
export const FOUND_AT_MOST = 50

/**
 * Tasks that somebody may mean: by id, or by pipeline, as `12`, `#12` or `acme/app#12`; where there is none, by a part
 * of the title, in small or capital letters. Those that run come last.
 */
export function findTasks(what: string, tasks: readonly Task[]): readonly Task[] {
  const text = what.trim()
  const ways: readonly ((task: Task) => boolean)[] = [
    ({ id, title }) => id === text || isOfPipeline(title, text),
    ({ title, name }) => [title, name].some((words) => words.toLowerCase().includes(text.toLowerCase())),
  ]
  for (const isMeant of ways) {
    const found = tasks.filter(isMeant)
    const [running, waiting] = [true, false].map((runs) =>
      found.filter(({ state }) => (state === 'running') === runs),
    )
    if (found.length > 0) return [...(waiting ?? []), ...(running ?? [])]
  }
  return []
}

/** A title is `acme/app#12 build`. */
function isOfPipeline(title: string, text: string): boolean {
  const [, repo = '', number] = /^(?:([^\s#]*)#)?(\d+)$/.exec(text) ?? []
  const [, ofRepo, ofNumber] = /^(\S*)#(\d+)(?:\s|$)/.exec(title) ?? []
  if (number === undefined || ofNumber !== number) return false
  return repo === '' || ofRepo?.toLowerCase() === repo.toLowerCase()
}
