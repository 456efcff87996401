import { expect, vi } from 'vitest'
import { type Ran, runInProcess, STILL_PROVIDER } from '../fixtures/in-process.ts'
import type { SmallServer } from '../fixtures/small-server.ts'

/** `run`, in this process. */
export interface Running {
  readonly out: string
  readonly records: readonly Readonly<Record<string, unknown>>[]
  toggle(): void
  stop(): Promise<Ran>
}

/** Begins it; it looks every second. */
export function start(server: SmallServer, settings: Readonly<Record<string, string>>): Running {
  let out = ''
  let stop: (signal: NodeJS.Signals) => void = () => {}
  let toggle = () => {}
  const env = {
    WOODPECKER_SERVER: server.url,
    WOODPECKER_TOKEN: 't0ken-t0ken',
    WOODPECKER_PROVIDER: STILL_PROVIDER,
    WOODPECKER_STILL_API_TOKEN: 'c1oud-c1oud',
    WOODPECKER_MIN_AGENTS: '0',
    WOODPECKER_RECONCILIATION_INTERVAL: '1s',
    ...settings,
  }
  const running = runInProcess(['run'], env, {
    stdout: {
      write: (text: string) => {
        out += text
      },
    },
    onSignal: (listener) => {
      stop = listener
      return () => {}
    },
    onToggle: (listener) => {
      toggle = listener
      return () => {}
    },
  })
  return {
    get out() {
      return out
    },
    get records() {
      return out
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    },
    toggle: () => toggle(),
    stop: () => {
      stop('SIGTERM')
      return running
    },
  }
}

/** Where it serves, once it does. */
export async function urlOf(run: Running): Promise<string> {
  await vi.waitFor(() => expect(run.out).toContain('"page, metrics and API"'), 10_000)
  return String(run.records.find(({ msg }) => msg === 'page, metrics and API')?.['url'])
}
