import {
  asOutsideError,
  checkCloudInit,
  compileTemplate,
  namePrefix,
  renderCloudInit,
  type UserDataInput,
} from '@woodpeckers/autoscaler-core'
import type { CliSettings } from './settings/cli-schema.ts'

/** What makes user data of an agent: the user's template, or the built-in one. Throws for a template that cannot be read. */
export function userDataRenderer(cli: CliSettings): (input: UserDataInput) => string {
  return cli.cloudinitTemplate === undefined ? renderCloudInit : compileTemplate(cli.cloudinitTemplate)
}

/** Whether user data comes out right for an agent as they will be: tried before anything begins. */
export interface UserDataCheck {
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  readonly bytes: number
}

/** Renders user data for an agent that never will be. */
export function checkUserData(cli: CliSettings): UserDataCheck {
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
