import {
  asOutsideError,
  createUserDataRenderer,
  namePrefix,
  type Provider,
  type UserDataCheck,
  type UserDataRenderer,
} from '@woodpeckers/autoscaler-core'
import type { PoolSettings, ServerSettings } from './settings/cli-schema.ts'
import { parseRegistryAuth } from './settings/user-data-shape.ts'

/** What of a provider bears on user data. */
type UserDataNeeds = Pick<Provider, 'agentLabels' | 'needsMetadata' | 'userDataLimit'>

/**
 * What makes user data of an agent: the user's template, or the built-in one.
 *
 * @throws TemplateError where the template cannot be read
 */
export async function userDataRenderer(
  cli: PoolSettings,
  provider: UserDataNeeds = {},
): Promise<UserDataRenderer> {
  return await createUserDataRenderer({
    template: cli.cloudinitTemplate,
    agentMode: cli.agentMode,
    agentBinaryUrl: cli.agentBinaryUrl,
    agentBinarySha256: cli.agentBinarySha256,
    registryMirrors: cli.registryMirror,
    registryLogins: cli.registryAuth === undefined ? [] : (parseRegistryAuth(cli.registryAuth) ?? []),
    blockMetadata: cli.blockMetadata ?? provider.needsMetadata === undefined,
    selfDestructAfterMs: cli.selfDestructAfter,
  })
}

/**
 * Renders user data for an agent that never will be: tried before anything begins, and again where the provider
 * is known.
 */
export async function checkUserData(
  cli: PoolSettings & Pick<ServerSettings, 'grpcAddr' | 'grpcSecure' | 'grpcVerify'>,
  provider: UserDataNeeds = {},
): Promise<UserDataCheck> {
  const name = `${namePrefix(cli.poolId)}sample`
  try {
    const { check } = await userDataRenderer(cli, provider)
    const input = {
      name,
      poolId: cli.poolId,
      image: cli.agentImage ?? 'docker.io/woodpeckerci/woodpecker-agent:v3.17.0',
      labels: { ...provider.agentLabels, ...cli.agentLabels },
      environment: {
        WOODPECKER_SERVER: cli.grpcAddr,
        WOODPECKER_GRPC_SECURE: String(cli.grpcSecure),
        WOODPECKER_AGENT_SECRET: 'x'.repeat(64),
        WOODPECKER_MAX_WORKFLOWS: String(cli.workflowsPerAgent),
        WOODPECKER_HOSTNAME: name,
        WOODPECKER_RETRY_TIMEOUT: '0',
        ...cli.agentEnv,
      },
    }
    const checked = check(input, provider.userDataLimit)
    return { ...checked, warnings: [...checked.warnings, ...retryWarnings(cli, input.environment)] }
  } catch (error) {
    return { errors: [asOutsideError(error).message], warnings: [], bytes: 0 }
  }
}

const RETRY = 'WOODPECKER_RETRY_TIMEOUT'

/** Agents with another value give their jobs up when the server is away for that long: by default two minutes. */
function retryWarnings(
  { cloudinitTemplate }: PoolSettings,
  environment: Readonly<Record<string, string>>,
): readonly string[] {
  // A template passes it on by its name, or all of them in a loop.
  const leavesItOut =
    cloudinitTemplate !== undefined &&
    !cloudinitTemplate.includes(RETRY) &&
    !/range\b[^}]*\.Environment/.test(cloudinitTemplate)
  if (environment[RETRY] === '0' && !leavesItOut) return []
  const why = leavesItOut ? 'the template does not pass it on' : `it is "${environment[RETRY]}"`
  return [
    `${RETRY} should reach the agent as 0, but ${why}: its jobs are lost when the server is away for long`,
  ]
}
