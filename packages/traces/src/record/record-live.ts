import {
  asOutsideError,
  type CiServer,
  type Clock,
  sleep,
  Transient,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
import type { TraceArrival } from '../format/trace.ts'
import { type LabelOptions, recordedLabels } from './recorded-labels.ts'
import type { TraceFile } from './trace-file.ts'
import { durationOf, type LeftJob, WatchedJobs } from './watched-jobs.ts'

export interface RecordLiveOptions {
  readonly server: Pick<CiServer, 'readQueue' | 'readEndings' | 'listen'>
  readonly clock: Clock
  readonly file: TraceFile
  readonly labels: LabelOptions
  readonly onNews: (news: RecordNews) => void
}

/** How a recording goes. */
export interface RecordNews {
  readonly recorded: number
  /** They are in the queue now. */
  readonly watched: number
  /** They ended, and nobody knows how long they ran. */
  readonly leftOut: number
  /** What cannot be done now, and is tried again: the server cannot be asked, or the file not be written. */
  readonly trouble: string | undefined
}

const EVERY_MS = 5_000
/** An event is looked after so soon at the earliest: the server's queue has one lock for all. */
const LEAST_BETWEEN_MS = 2_000
const DEADLINE_MS = 20_000
/** What became of so many is asked at once: a server's client looks no more pipelines up for one question. */
const ASKED_AT_ONCE = 5

/**
 * Keeps what jobs come to the server, until the signal aborts: a line for each, once it has ended. While the server is
 * away it waits; jobs that ended then are kept where the server knows afterwards how long they ran.
 */
export async function recordLive(options: RecordLiveOptions, signal: AbortSignal): Promise<RecordNews> {
  const { server, clock, file, labels, onNews } = options
  const jobs = new WatchedJobs()
  const wake = createWake()
  const listening = new AbortController()
  server.listen(() => wake.ring(), listening.signal)
  let news: RecordNews = { recorded: 0, watched: 0, leftOut: 0, trouble: undefined }
  const tell = (change: Partial<RecordNews>) => {
    news = { ...news, ...change }
    onNews(news)
  }
  const within = <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    withDeadline(clock, DEADLINE_MS, signal, () => new Transient('no answer within 20s'), work)
  // A disk that is full for a while costs no job.
  const unwritten: TraceArrival[] = []
  const write = (): Pick<RecordNews, 'recorded' | 'trouble'> => {
    let { recorded } = news
    try {
      for (let next = unwritten[0]; next; next = unwritten[0]) {
        file.add(next)
        unwritten.shift()
        recorded++
      }
      return { recorded, trouble: undefined }
    } catch (error) {
      return { recorded, trouble: `the file cannot be written: ${(error as Error).message}` }
    }
  }
  const endingsOf = async (left: readonly LeftJob[]) => {
    const all = []
    for (let at = 0; at < left.length; at += ASKED_AT_ONCE) {
      const ids = left.slice(at, at + ASKED_AT_ONCE).map(({ id }) => id)
      // Without it, what was seen has to do.
      const asked = within(async (signal) => (await server.readEndings?.(ids, { signal })) ?? [])
      all.push(...(await asked.catch(() => [])))
    }
    return all
  }
  try {
    while (!signal.aborted) {
      try {
        const { tasks } = await within((signal) => server.readQueue({ signal }))
        const left = jobs.look(tasks, clock.now())
        const endings = await endingsOf(left)
        let { leftOut } = news
        for (const job of left) {
          const durationMs = durationOf(job, endings)
          if (durationMs === undefined) leftOut++
          else
            unwritten.push({
              atMs: Math.max(0, Math.round(job.arrivedAt - file.startAt)),
              labels: recordedLabels(job.labels, labels),
              durationMs: Math.round(durationMs),
              id: job.id,
              ...(job.after.length > 0 && { after: job.after }),
            })
        }
        tell({ leftOut, watched: jobs.count, ...write() })
      } catch (thrown) {
        if (signal.aborted) break
        const error = asOutsideError(thrown)
        if (error.kind === 'auth' || error.kind === 'unsupported') throw error
        tell({ trouble: `the server cannot be asked: ${error.message}` })
      }
      await wake.orAfter(clock, signal)
    }
  } finally {
    listening.abort(new Error('the recording ends'))
  }
  return news
}

interface Wake {
  ring(): void
  /** Resolves at an event or after the usual pause; at the signal too. */
  orAfter(clock: Clock, signal: AbortSignal): Promise<void>
}

function createWake(): Wake {
  let isRung = false
  let early = new AbortController()
  return {
    ring() {
      isRung = true
      early.abort(RUNG)
    },
    async orAfter(clock, signal) {
      const ignore = () => {}
      await sleep(clock, LEAST_BETWEEN_MS, signal).catch(ignore)
      if (!isRung && !signal.aborted)
        await sleep(clock, EVERY_MS - LEAST_BETWEEN_MS, AbortSignal.any([signal, early.signal])).catch(ignore)
      isRung = false
      early = new AbortController()
    },
  }
}

const RUNG = new Error('something happened')
