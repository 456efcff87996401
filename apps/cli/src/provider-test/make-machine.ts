import {
  type AgentDeployment,
  asOutsideError,
  type CallOptions,
  type CreatedAgent,
  Rejected,
  tryOfferings,
} from '@woodpeckers/autoscaler-core'
import { laterThan, within } from './deadline.ts'
import { dummyAgent, secretsIn } from './deployed-environment.ts'
import type { Steps } from './steps.ts'
import { LIMITS, type Traces, type Trial } from './trial.ts'

/** Makes the record, where there is a server, then the machine; `traces` say what there may be at any moment. */
export async function makeMachine(trial: Trial, traces: Traces, steps: Steps): Promise<void> {
  const { server, agent, name, pool, clock, stop } = trial
  const calm = laterThan(stop, LIMITS.graceMs, clock)
  let created: Pick<CreatedAgent, 'environment' | 'image'> = dummyAgent(agent, name)
  if (server) {
    created = await steps.run(
      'record',
      () =>
        within({ clock, deadlineMs: LIMITS.recordMs, stop: calm }, (call) => makeRecord(trial, traces, call)),
      () => 'made at the server, cordoned: it gets no task',
    )
  }
  const { environment, image } = created
  trial.onSecrets(secretsIn(environment))
  const deployment = { name, pool, environment, image, userData: userDataOf(trial, created) }
  stop.throwIfAborted()
  await steps.run(
    'deployed',
    () =>
      within({ clock, deadlineMs: LIMITS.deployMs, stop: calm }, async (call) => {
        try {
          traces.machine = 'unsure'
          return await deployFirst(trial, deployment, call)
        } catch (thrown) {
          const error = asOutsideError(thrown)
          // By now it may have been seen, where this comes after the deadline.
          if (!error.mayHaveActed && traces.machine === 'unsure') traces.machine = 'refused'
          throw error
        }
      }),
    (offering) => `the provider has accepted it${offering ? `: ${offering}` : ''}`,
  )
  stop.throwIfAborted()
}

async function makeRecord(trial: Trial, traces: Traces, call: CallOptions): Promise<CreatedAgent> {
  const { server, name, slots, agent, provider } = trial
  const { labels, image, environment, scope } = agent
  const only = scope === undefined ? {} : { scope }
  const backend = agent.backend ?? provider.platform?.backend ?? 'docker'
  try {
    traces.record = 'unsure'
    const created = await server!.createAgent(
      { name, slots, labels, backend, image, environment, cordoned: true, ...only },
      call,
    )
    traces.record = created.agent
    return created
  } catch (thrown) {
    const error = asOutsideError(thrown)
    if (!error.mayHaveActed) traces.record = 'none'
    throw error
  }
}

function userDataOf(
  { provider, agent, name, pool }: Trial,
  created: Pick<CreatedAgent, 'environment' | 'image'>,
): string {
  if (provider.usesUserData === false) return ''
  try {
    return agent.renderUserData({ name, poolId: pool, labels: agent.labels, ...created })
  } catch (cause) {
    throw new Rejected(`the user data cannot be rendered: ${asOutsideError(cause).message}`, { cause })
  }
}

/** The first offering that the cloud accepts, as the engine tries them. */
async function deployFirst(
  { provider }: Trial,
  deployment: AgentDeployment,
  call: CallOptions,
): Promise<string | undefined> {
  const offerings = (await provider.offerings?.(call)) ?? []
  if (offerings.length === 0) {
    await provider.deployAgent(deployment, call)
    return undefined
  }
  const trial = await tryOfferings(
    offerings.map(({ id }) => id),
    (offering) => provider.deployAgent({ ...deployment, offering }, call),
  )
  if (!trial.ok) throw trial.error
  return trial.offering
}
