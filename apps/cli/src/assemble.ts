import {
  type AutoscalerOptions,
  asOutsideError,
  type CiServer,
  checkCloudInit,
  compileTemplate,
  type Log,
  namePrefix,
  type Pool,
  type Provider,
  renderCloudInit,
  Transient,
  type UserDataInput,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
import type { LoadedSettings } from './settings/load-settings.ts'
import type { Surroundings } from './surroundings.ts'

/** Everything that the settings describe, made and not yet begun. */
export interface Assembly {
  readonly server: CiServer
  readonly provider: Provider
  readonly pool: Pool
  /** The rest of what the engine takes. */
  readonly options: Pick<AutoscalerOptions, 'caution' | 'intervalMs'>
  close(): Promise<void>
}

const CREATE_DEADLINE_MS = 30_000

/** Makes server, provider and pool from the settings. Throws one of the errors of the provider or the server. */
export async function assemble(
  { cli, definition, providerOptions }: LoadedSettings,
  { clock, random, parts }: Surroundings,
  log: Log,
): Promise<Assembly> {
  const server = await parts.connectServer({
    url: cli.serverUrl,
    token: cli.serverToken,
    grpcAddr: cli.grpcAddr,
    grpcSecure: cli.grpcSecure,
    clock,
    random,
    log,
  })
  const provider = await withDeadline(
    clock,
    CREATE_DEADLINE_MS,
    undefined,
    () => new Transient(`provider ${definition.name} did not get ready within 30s`),
    async () =>
      definition.create({
        options: providerOptions,
        pool: { id: cli.poolId, namePrefix: namePrefix(cli.poolId), labels: cli.agentLabels },
        log,
        clock,
        random,
      }),
  )
  return {
    server,
    provider,
    pool: poolOf(cli, server, provider),
    options: {
      intervalMs: cli.reconciliationInterval,
      caution: {
        graceAfterRestartMs: cli.restartGrace,
        longestPipelineMs: cli.longestPipeline,
        listLagMs: cli.listLag,
      },
    },
    async close() {
      await Promise.allSettled([server.close(), provider.close?.()])
    },
  }
}

function poolOf(cli: LoadedSettings['cli'], server: CiServer, provider: Provider): Pool {
  const platform = provider.platform ?? { platform: 'linux/amd64', backend: 'docker' }
  return {
    provider,
    policy: {
      id: cli.poolId,
      min: cli.minAgents,
      max: cli.maxAgents,
      workflowsPerAgent: cli.workflowsPerAgent,
      offer: server.offerOf({ labels: cli.agentLabels, ...platform }),
      idleTimeoutMs: cli.agentIdleTimeout,
      inactivityTimeoutMs: cli.agentInactivityTimeout,
      billingTeardownMarginMs: cli.agentBillingTeardownMargin,
      billing: provider.billing ?? 'second',
    },
    agent: {
      labels: cli.agentLabels,
      image: cli.agentImage,
      environment: cli.agentEnv,
      renderUserData: userDataRenderer(cli),
    },
  }
}

function userDataRenderer(cli: LoadedSettings['cli']): (input: UserDataInput) => string {
  return cli.cloudinitTemplate === undefined ? renderCloudInit : compileTemplate(cli.cloudinitTemplate)
}

/** Whether user data comes out right for an agent as they will be: tried before anything begins. */
export interface UserDataCheck {
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  readonly bytes: number
}

/** Renders user data for an agent that never will be. */
export function checkUserData({ cli }: LoadedSettings): UserDataCheck {
  let text: string
  try {
    text = userDataRenderer(cli)({
      name: `${namePrefix(cli.poolId)}sample`,
      poolId: cli.poolId,
      image: cli.agentImage ?? 'docker.io/woodpeckerci/woodpecker-agent:v3.17.0',
      labels: cli.agentLabels,
      environment: {
        WOODPECKER_SERVER: cli.grpcAddr,
        WOODPECKER_GRPC_SECURE: String(cli.grpcSecure),
        WOODPECKER_AGENT_SECRET: 'x'.repeat(64),
        WOODPECKER_MAX_WORKFLOWS: String(cli.workflowsPerAgent),
        WOODPECKER_HOSTNAME: `${namePrefix(cli.poolId)}sample`,
        WOODPECKER_RETRY_TIMEOUT: '0',
        ...cli.agentEnv,
      },
    })
  } catch (error) {
    return { errors: [asOutsideError(error).message], warnings: [], bytes: 0 }
  }
  const findings = checkCloudInit(text)
  const ofSeverity = (wanted: string) => findings.filter((f) => f.severity === wanted).map((f) => f.message)
  return { errors: ofSeverity('error'), warnings: ofSeverity('warning'), bytes: Buffer.byteLength(text) }
}
