import { expect, test } from 'vitest'
import { Site, type Standing, until } from './a-site.ts'

const MINUTE_MS = 60_000

async function stateOf({ account }: Site, { id }: Standing): Promise<string | undefined> {
  return (await account.machines()).find((machine) => machine.id === id)?.state
}

/** As their owner leaves them: they were up once, and are stopped. */
async function atRest(site: Site, boxes: readonly Standing[]): Promise<void> {
  for (const box of boxes) {
    await until(`${box.name} has registered`, async () => (await site.agent(box)).last_contact > 0, MINUTE_MS)
    await site.account.ask('StopInstances', { 'InstanceId.1': box.id })
    await until(`the agent of ${box.name} is gone`, () => !site.rooms.isInhabited(box.id), MINUTE_MS)
  }
}

test('two standing instances are started and stopped by the queue, each for the tasks of its agent', async () => {
  const site = await Site.open('ap-south-1')
  const run = async (labels: Readonly<Record<string, string>>, done: number) => {
    site.order(1, 2_000, labels)
    await until(`task ${done} is done`, async () => (await site.done()) === done, MINUTE_MS)
  }
  try {
    const plain = await site.makeStanding('plain box', 'size=small')
    const large = await site.makeStanding('large box', 'size=large')
    const boxes = [plain, large]
    const states = () => Promise.all(boxes.map((box) => stateOf(site, box)))
    const atEase = async () => (await states()).join() === 'stopped,stopped'
    await atRest(site, boxes)
    site.start(
      [
        `--aws-instance-id=${boxes.map(({ id }) => id).join()}`,
        `--agent-id=${boxes.map(({ agentId }) => agentId).join()}`,
      ],
      '',
    )

    await run({ size: 'large' }, 1)
    expect(await states()).toEqual(['stopped', 'running'])
    await until('it is stopped', atEase, 2 * MINUTE_MS)
    expect(await site.agent(large)).toMatchObject({ no_schedule: true })

    await run({ size: 'small' }, 2)
    expect(await stateOf(site, plain)).toBe('running')
    await until('that one is stopped as well', atEase, 2 * MINUTE_MS)

    // The first one comes up cordoned, and is called back.
    await run({ size: 'large' }, 3)
    await site.account.ask('StartInstances', { 'InstanceId.1': plain.id })
    await until('both rest, the one that was started by hand too', atEase, 2 * MINUTE_MS)

    expect(await site.end('SIGTERM')).toBe(0)
    expect(site.proxy.count('RunInstances')).toBe(0)
    expect(site.proxy.count('TerminateInstances')).toBe(0)
    expect(await site.records()).toBe(2)
    for (const secret of site.secrets) expect(site.log.join('\n').includes(secret)).toBe(false)
  } catch (error) {
    console.error(site.log.slice(-60).join('\n'))
    throw error
  } finally {
    await site.close()
  }
})

test('without --agent-id any task starts the instance, and an empty queue stops it', async () => {
  const site = await Site.open('sa-east-1')
  try {
    const box = await site.makeStanding('some box', 'size=small')
    await atRest(site, [box])
    site.start([`--aws-instance-id=${box.id}`], '')
    site.order(1, 2_000)
    await until('the task is done', async () => (await site.done()) === 1, MINUTE_MS)
    await until('it is stopped', async () => (await stateOf(site, box)) === 'stopped', 2 * MINUTE_MS)
    expect(await site.agent(box)).toMatchObject({ no_schedule: false })
    expect(await site.end('SIGTERM')).toBe(0)
    expect(site.proxy.count('RunInstances') + site.proxy.count('TerminateInstances')).toBe(0)
    expect(site.log.join('\n')).toContain('--agent-id (WOODPECKER_AGENT_ID) does not say which agents')
  } catch (error) {
    console.error(site.log.slice(-60).join('\n'))
    throw error
  } finally {
    await site.close()
  }
})
