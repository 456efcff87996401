import { describe, expect, test } from 'vitest'
import { type HeldCloud, heldClouds } from './held-cloud.ts'
import { HeldSite } from './held-site.ts'
import { until } from './processes.ts'

const MINUTE_MS = 60_000
const TASKS = 12
const MAX = 5
const flags = [
  '--min-agents=0',
  `--max-agents=${MAX}`,
  '--workflows-per-agent=1',
  '--reconciliation-interval=1s',
  '--agent-idle-timeout=3s',
  '--restart-grace=5s',
  // Idle machines go at once, whatever is left of their hour.
  '--agent-billing-teardown-margin=60m',
]

/** Longer than the process lives: what is held is never heard of by who asked for it. */
const HELD_MS = MINUTE_MS
/** Of calls that are held without any effect nothing is to be seen; so long they need to be under way. */
const UNDER_WAY_MS = 2_000

const madeAndHeld = { kind: 'slow', delayMs: HELD_MS } as const
const heldBefore = { kind: 'hang' } as const

/** The next machines: made, but nobody hears of it; and not even made. */
function holdCreates({ faults }: HeldCloud, made: number, notMade: number): void {
  faults.add({ method: 'POST', path: /\/servers$/, times: made, ...madeAndHeld })
  faults.add({ method: 'POST', path: /\/servers$/, times: notMade, ...heldBefore })
}

const wait = (delayMs: number) => new Promise((resolve) => setTimeout(resolve, delayMs))

/** Kills the process while it waits for answers, `made` of them about machines that are there by now. */
async function killWhileCreating(site: HeldSite, made: number): Promise<void> {
  const before = site.cloud.books().length
  await until('machines are made', () => site.cloud.books().length >= before + made, MINUTE_MS)
  await wait(UNDER_WAY_MS)
  await site.program.end('SIGKILL')
}

async function endsWell(site: HeldSite): Promise<void> {
  await until('all tasks are done', () => site.done === TASKS, 2 * MINUTE_MS)
  // Agents that were there at a restart prove for three minutes that they rest.
  await until('no machine is left', () => site.cloud.servers().length === 0, 5 * MINUTE_MS)
  // What a deleted server has left at Timeweb is deleted five minutes after it was noticed.
  await until('nothing else is paid for', () => site.cloud.leftovers().length === 0, 8 * MINUTE_MS)
  await until('no record is left', () => site.records === 0, MINUTE_MS)
  expect(await site.program.end('SIGTERM')).toBe(0)
  expect([...site.twins]).toEqual([])
  expect(site.booted).toHaveLength(new Set(site.booted).size)
  expect(site.peak).toBeLessThanOrEqual(MAX)
}

async function withSite(
  open: (typeof heldClouds)[number][1],
  listLagMs: number,
  run: (site: HeldSite) => Promise<void>,
) {
  const site = await HeldSite.open(open, listLagMs, [...flags, `--list-lag=${10_000 + listLagMs}ms`])
  try {
    await run(site)
    await endsWell(site)
  } catch (error) {
    console.error(site.program.log.slice(-60).join('\n'))
    throw error
  } finally {
    await site.close()
  }
}

describe.concurrent.each(heldClouds)('killed with -9, at %s', (_, open) => {
  test('between create and answer, and the next process too: one machine for each agent', async () => {
    await withSite(open, 0, async (site) => {
      holdCreates(site.cloud, 2, 2)
      site.program.start()
      // Long ones: the second process has to be in need of machines as well.
      site.order(TASKS, 15_000)
      await killWhileCreating(site, 2)
      holdCreates(site.cloud, 1, 1)
      site.program.start()
      await killWhileCreating(site, 1)
      site.program.start()
    })
  })

  test('between create and answer, while lists show new machines 15 s late', async () => {
    await withSite(open, 15_000, async (site) => {
      holdCreates(site.cloud, 3, 1)
      site.program.start()
      site.order(TASKS, 4_000)
      await killWhileCreating(site, 3)
      site.program.start()
    })
  })

  test('between delete and answer: what was ended is forgotten, and what was not is ended', async () => {
    await withSite(open, 0, async (site) => {
      site.program.start()
      site.order(TASKS, 4_000)
      await until('all tasks are done', () => site.done === TASKS, 2 * MINUTE_MS)
      const remove = { method: 'DELETE', path: /\/servers\/\d+$/ }
      site.cloud.faults.add({ ...remove, times: 2, ...madeAndHeld })
      site.cloud.faults.add({ ...remove, times: 1, ...heldBefore })
      const there = site.cloud.servers().length
      await until('machines are ended', () => site.cloud.servers().length <= there - 2, 2 * MINUTE_MS)
      await wait(UNDER_WAY_MS)
      await site.program.end('SIGKILL')
      expect(site.cloud.servers().length).toBeGreaterThan(0)
      site.program.start()
    })
  })
})
