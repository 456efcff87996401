import { Site, until } from '../../e2e/processes.ts'

/** The program itself, as a process beside an emulated server, when it has had jobs done. */
export interface RealRun {
  /** Of its metrics. */
  readonly url: string
  close(): Promise<void>
}

const WITHIN_MS = 60_000

export async function realRun(): Promise<RealRun> {
  const site = new Site()
  const close = async () => {
    await site.stopAutoscaler()
    await site.close()
  }
  try {
    await site.startServer()
    site.startAutoscaler({ max: 2, flags: ['--listen=127.0.0.1:0'] })
    await until('it says where it listens', () => urlIn(site.log) !== undefined, WITHIN_MS)
    await site.order([{ durationMs: 500 }, { durationMs: 500 }])
    await until('two jobs are done', async () => (await site.outcomes())['success'] === 2, WITHIN_MS)
    return { url: `${urlIn(site.log)}metrics`, close }
  } catch (error) {
    console.error(site.log.slice(-30).join('\n'))
    await close()
    throw error
  }
}

function urlIn(lines: readonly string[]): string | undefined {
  return lines
    .filter((line) => line.startsWith('{'))
    .map((line) => (JSON.parse(line) as { readonly url?: unknown }).url)
    .find((url) => typeof url === 'string')
}
