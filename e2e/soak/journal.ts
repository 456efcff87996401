import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/** What agents did with a job, as they have written it down themselves. */
export interface Note {
  readonly what: 'took' | 'reported'
  /** The name of its machine. */
  readonly agent: string
  readonly taskId: string
}

/** Written before anything else happens: what is short is never torn, whoever else writes, and outlives a kill -9. */
export function note(file: string, { what, agent, taskId }: Note): void {
  appendFileSync(file, `${what} ${agent} ${taskId}\n`)
}

export function readJournal(file: string): readonly Note[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const [what, agent, taskId] = line.split(' ') as [Note['what'], string, string]
    return { what, agent, taskId }
  })
}
