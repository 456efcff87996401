import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFailed, test } from 'vitest'
import { until } from './processes.ts'
import { findLosses, takenTwice } from './soak/accounting.ts'
import { Chance } from './soak/chance.ts'
import { readJournal } from './soak/journal.ts'
import { MachineWatch } from './soak/machine-watch.ts'
import { MemoryWatch } from './soak/memory-watch.ts'
import { LONG_MS, Orders } from './soak/orders.ts'
import { QueueWatch } from './soak/queue-watch.ts'
import type { Rounds } from './soak/rounds.ts'
import { MAX_MACHINES, SoakSite } from './soak/soak-site.ts'
import { Torments } from './soak/torments.ts'
import { startWeather } from './soak/weather.ts'

const MINUTE_MS = 60_000
const JOBS = 500
/** Run while the server is killed for the last time. */
const LONG_JOBS = 4
/** A burst, and little to do after it: machines go, while connections of agents suffer. */
const BREATHING_MS = 40_000
/** All is tormented, the autoscaler too. */
const STORM_MS = 55_000
/** All but the autoscaler is: its memory is looked at. */
const STEADY_MS = 40_000
/**
 * Agents that were there at the last disturbance prove for three minutes that they rest, before they go; a
 * job lost with its agent, found out only then, counts as one more.
 */
const GONE_WITHIN_MS = 8 * MINUTE_MS
/** Beyond that of the others: waits for a slow computer, all told. */
const TIMEOUT_MS = 20 * MINUTE_MS

/** SOAK_SEED makes the same choices again, by a real clock; SOAK_LOG names a file for all that is logged. */
const { SOAK_SEED, SOAK_LOG } = process.env
const seed = Number(SOAK_SEED ?? Math.floor(Math.random() * 2 ** 31))

test(
  `${JOBS} jobs in a storm: none is lost but with its killed agent, and nothing is left (SOAK_SEED=${seed})`,
  async () => {
    const site = await SoakSite.open()
    const watch = new MachineWatch(site.poolFolder, MAX_MACHINES)
    const queue = new QueueWatch(site.url)
    const memory = new MemoryWatch(site)
    const torments = new Torments(site, watch)
    const orders = new Orders(site, new Chance(seed, 'orders'))
    const left = async () => ({
      processes: watch.processes(),
      files: watch.files(),
      records: await site.records(),
    })
    onTestFailed(() => console.error(`${site.log.slice(-80).join('\n')}\nSOAK_SEED=${seed}`))
    const looks = [watch.start(), queue.start()]
    const storm: Rounds[] = []
    try {
      await orders.order(2, LONG_MS)
      await orders.order(MAX_MACHINES - 2)
      site.startAutoscaler()
      // All are launched at once: some have a record and no machine yet.
      await watch.launchBegins(sleep(20_000))
      await torments.killAutoscalerOnce(() => sleep(1_000))
      storm.push(
        startWeather(site.agents, new Chance(seed, 'weather before the agents')),
        torments.freezeAgents(new Chance(seed, 'freeze agents')),
      )
      const breathing = orders.startUntil(JOBS - LONG_JOBS, { most: 2, quietMs: 3_500 })
      storm.push(breathing)
      await sleep(BREATHING_MS)
      await breathing.stop()
      const endedWhileBreathing = watch.lastSeenAt.size - watch.agents().length

      const killing = torments.killAutoscaler(new Chance(seed, 'kill autoscaler'))
      storm.push(
        killing,
        orders.startUntil(JOBS - LONG_JOBS, { most: 14, quietMs: 900 }),
        startWeather(site.web, new Chance(seed, 'weather before the server')),
        torments.killAgents(new Chance(seed, 'kill agents')),
        torments.killServer(new Chance(seed, 'kill server')),
      )
      await sleep(STORM_MS)
      await killing.stop()

      looks.push(memory.start())
      await sleep(STEADY_MS)
      await until(
        'all but the long jobs are ordered',
        () => orders.ordered === JOBS - LONG_JOBS,
        2 * MINUTE_MS,
      )
      await stopAll(storm)

      await orders.order(LONG_JOBS, LONG_MS)
      await until('no job is pending', () => queue.pending === 0, 3 * MINUTE_MS)
      await torments.killServerOnce(() => sleep(1_000))
      const isOver = async () => Object.values(await left()).every(({ length }) => length === 0)
      // Whatever is left then is told below.
      await until('nothing is left', isOver, GONE_WITHIN_MS).catch(() => {})
      await stopAll(looks)

      const jobs = await site.jobs()
      const notes = readJournal(site.journal)
      const losses = findLosses(jobs, {
        notes,
        handOvers: queue.handOvers,
        agentKilledAt: torments.agentKilledAt,
        agentSeenAt: watch.lastSeenAt,
        serverKilledAt: torments.serverKilledAt,
        brokenAt: [...site.agents.breaksAt, ...torments.serverKilledAt],
      })
      const story = {
        seed,
        done: jobs.length - losses.length,
        lost: losses.map(
          ({ taskId, state, excuse, story }) => `${taskId} ${state}: ${excuse ?? '?'}, ${story}`,
        ),
        machines: { ever: watch.lastSeenAt.size, peak: watch.peak, endedWhileBreathing },
        torments: torments.counts(),
        weather: { server: site.web.met, agents: site.agents.met },
        memoryMib: memory.summary(),
      }
      console.log(JSON.stringify(story, null, 1))
      expect({
        seed,
        ordered: jobs.length,
        unexplained: losses.filter(({ excuse }) => excuse === undefined),
        takenTwice: takenTwice(notes),
        neverTried: neverTried({ endedWhileBreathing }, torments.counts(), site.agents.met, site.web.met),
        violations: watch.violations,
        left: await left(),
        memoryGrew: memory.growth(),
        exitCode: await site.stopAutoscaler(),
      }).toEqual({
        seed,
        ordered: JOBS,
        unexplained: [],
        takenTwice: [],
        neverTried: [],
        violations: [],
        left: { processes: [], files: [], records: [] },
        memoryGrew: [],
        exitCode: 0,
      })
    } finally {
      // What failed there has been said.
      await stopAll([...looks, ...storm]).catch(() => {})
      if (SOAK_LOG) writeFileSync(SOAK_LOG, site.log.join('\n'))
      await site.close()
    }
  },
  TIMEOUT_MS,
)

async function stopAll(all: readonly Rounds[]): Promise<void> {
  const ends = await Promise.allSettled(all.map((rounds) => rounds.stop()))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

/** What a soak that has not seen it proves nothing about. */
function neverTried(...counts: readonly Readonly<Record<string, number>>[]): readonly string[] {
  return counts.flatMap((each) => Object.keys(each).filter((what) => each[what] === 0))
}
