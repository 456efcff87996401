import {
  asOutsideError,
  type CiServer,
  type Clock,
  counted,
  Transient,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
import { bad, type Finding, good } from './finding.ts'

const DEADLINE_MS = 5000
const REPOSITORIES_DEADLINE_MS = 20_000

const DELAY = 'without events, jobs wait up to --reconciliation-interval (10s by default) longer'

/** Whether the stream of events opens, and which repositories it leaves out. */
export async function checkEvents(server: CiServer, clock: Clock): Promise<Finding> {
  if (!(await opens(server, clock))) {
    return bad(
      'events',
      'no stream of events within 5s',
      `check whether a proxy before the server holds back /api/stream/events (buffering off); ${DELAY}`,
    )
  }
  const open = 'the stream of events opens'
  const { unseenRepositories } = server
  if (!unseenRepositories) return good('events', open)
  try {
    const late = () => new Transient('no answer within 20s')
    const unseen = await withDeadline(clock, REPOSITORIES_DEADLINE_MS, undefined, late, (signal) =>
      unseenRepositories({ signal }),
    )
    const [first] = unseen
    if (first === undefined) return good('events', `${open}, with every private repository`)
    const count = counted(unseen.length, 'private repository', 'private repositories')
    return bad(
      'events',
      `${open}, but without ${count} that the token's user cannot see, such as ${first}`,
      `use the token of an admin who can see them at the forge; ${DELAY}`,
    )
  } catch (thrown) {
    const { message } = asOutsideError(thrown)
    return good('events', `${open}; whether it has private repositories is unknown (${message}): ${DELAY}`)
  }
}

async function opens(server: CiServer, clock: Clock): Promise<boolean> {
  const controller = new AbortController()
  const connected = await new Promise<boolean>((resolve) => {
    const cancel = clock.startTimer(DEADLINE_MS, () => resolve(false))
    server.listen((signal) => {
      if (signal === 'broken') return
      cancel()
      resolve(true)
    }, controller.signal)
  })
  controller.abort(new Error('seen enough'))
  return connected
}
