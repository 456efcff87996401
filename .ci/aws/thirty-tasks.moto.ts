import { expect, test } from 'vitest'
import { Site, until } from './a-site.ts'

const MINUTE_MS = 60_000
const TASKS = 30

interface Trouble {
  readonly title: string
  readonly region: string
  readonly flags?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly before?: (site: Site) => void
  readonly during?: (site: Site) => Promise<void>
  /** That it really was so. */
  readonly after?: (site: Site) => Promise<void>
}

const troubles: readonly Trouble[] = [
  { title: 'without any trouble', region: 'us-west-2' },
  {
    title: 'the first two machine types sold out',
    region: 'eu-west-2',
    before: ({ proxy }) => proxy.soldOut.add('t3.large').add('t3.xlarge'),
    after: async ({ account }) => {
      expect(new Set((await account.machines()).map(({ type }) => type))).toEqual(new Set(['m5.large']))
    },
  },
  {
    title: 'five answers lost after the launch, and lists 20 s late',
    region: 'eu-west-3',
    before: ({ proxy }) => {
      proxy.answersToLose = 5
      proxy.listLagMs = 20_000
    },
    after: async ({ proxy }) => {
      expect(proxy.answersToLose).toBe(0)
      expect(proxy.count('RunInstances')).toBeGreaterThanOrEqual(TASKS + 5)
    },
  },
  {
    title: 'every call throttled for a minute',
    region: 'eu-south-1',
    before: ({ proxy }) => {
      proxy.throttledUntil = Date.now() + MINUTE_MS
    },
    after: async ({ proxy }) => expect(proxy.throttled).toBeGreaterThan(0),
  },
  {
    title: 'on spot machines, which a task without the label waits for in vain',
    region: 'ca-central-1',
    flags: ['--aws-use-spot-instances'],
    labels: { spot: 'true' },
    before: (site) => site.order(1, 5_000),
    after: async ({ account, log }) => {
      expect((await account.machines()).every(({ spot }) => spot)).toBe(true)
      expect(log.join('\n')).toContain('pool 1 takes only tasks labelled spot=true')
    },
  },
  {
    title: 'killed between launch and answer, and started again',
    region: 'us-east-2',
    before: ({ proxy }) => {
      proxy.launchMs = 3_000
    },
    during: async (site) => {
      const { account, proxy } = site
      await until('a machine was made', async () => (await account.there()).length > 0, MINUTE_MS)
      await site.end('SIGKILL')
      proxy.launchMs = 0
      site.start()
    },
  },
]

test.concurrent.for(troubles)(
  '30 tasks, $title',
  { timeout: 12 * MINUTE_MS },
  async ({ region, flags, labels, before, during, after }) => {
    const site = await Site.open(region)
    try {
      before?.(site)
      site.start(flags)
      site.order(TASKS, 5_000, labels)
      await during?.(site)
      await until('all tasks are done', async () => (await site.done()) === TASKS, 4 * MINUTE_MS)
      await until('no machine is left', async () => (await site.account.there()).length === 0, 6 * MINUTE_MS)
      // That of a machine that was taken back stays until lists cannot be late any more.
      await until('no record is left', async () => (await site.records()) === 0, 3 * MINUTE_MS)
      expect(await site.end('SIGTERM')).toBe(0)
      await after?.(site)
      expect([...site.rooms.twins]).toEqual([])
      expect(site.rooms.peak).toBeLessThanOrEqual(TASKS)
      expect(site.rooms.secrets.size).toBeGreaterThan(0)
      const log = site.log.join('\n')
      for (const secret of site.secrets) expect(log.includes(secret), 'a secret is in the log').toBe(false)
      expect(log).not.toContain('#cloud-config')
    } catch (error) {
      console.error(site.log.slice(-40).join('\n'))
      throw error
    } finally {
      await site.close()
    }
  },
)
