import {
  asOutsideError,
  compileTemplate,
  createUserDataRenderer,
  MADE_FROM,
  namePrefix,
  type Provider,
  type UserDataCheck,
  type UserDataInput,
  type UserDataRenderer,
} from '@woodpeckers/autoscaler-core'
import { agentEnvironment } from '@woodpeckers/autoscaler-woodpecker/agent'
import type { PoolConfig } from './config/config.ts'
import { settingName } from './config/setting-names.ts'
import { tellLostVariables } from './lost-variables.ts'
import { labelsOfAgents, placeOfAgents } from './parts/agent-place.ts'
import type { PoolSettings, ServerSettings } from './settings/cli-schema.ts'
import { parseRegistryAuth } from './settings/user-data-shape.ts'

/** What of a provider bears on user data. */
type UserDataNeeds = Pick<Provider, 'agentLabels' | 'needsMetadata' | 'platform' | 'userDataLimit'>

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
  try {
    const { check } = await userDataRenderer(cli, provider)
    const input = sampleInput(cli, provider)
    const checked = check(input, provider.userDataLimit)
    const { cloudinitTemplate } = cli
    const lost = cloudinitTemplate === undefined ? [] : tellLostVariables(cloudinitTemplate, input)
    return { ...checked, warnings: [...checked.warnings, ...lost, ...tellUnusedImage(cli, input)] }
  } catch (error) {
    return { errors: [asOutsideError(error).message], warnings: [], bytes: 0 }
  }
}

/** What an agent of this pool would be given. */
function sampleInput(
  cli: PoolSettings & Pick<ServerSettings, 'grpcAddr' | 'grpcSecure' | 'grpcVerify'>,
  provider: UserDataNeeds,
): UserDataInput {
  const name = `${namePrefix(cli.poolId)}sample`
  const labels = labelsOfAgents(cli, provider)
  const marked = {
    ...labels,
    ...(cli.machineLabel !== undefined && { [cli.machineLabel]: 'sample' }),
    // Its value is of no account: what counts is whether labels arrive.
    ...(cli.replaceDrifted && { [MADE_FROM]: 'sample' }),
  }
  const agent = {
    name,
    labels: marked,
    slots: cli.mode === 'ephemeral' ? 1 : cli.workflowsPerAgent,
    backend: placeOfAgents(cli, provider).backend,
    image: cli.agentImage,
    environment: cli.agentEnv,
    ...(cli.mode === 'ephemeral' && { servesOne: true as const }),
  }
  return {
    name,
    poolId: cli.poolId,
    image: cli.agentImage ?? 'docker.io/woodpeckerci/woodpecker-agent:v3.17.0',
    labels,
    environment: agentEnvironment(cli, agent, 'x'.repeat(64)),
  }
}

/** An image that somebody has chosen, and a template that takes another one. */
function tellUnusedImage(
  pool: PoolSettings & Partial<Pick<PoolConfig, 'spelling'>>,
  input: UserDataInput,
): readonly string[] {
  const { agentImage, cloudinitTemplate } = pool
  if (agentImage === undefined || cloudinitTemplate === undefined) return []
  const render = compileTemplate(cloudinitTemplate)
  if (render(input) !== render({ ...input, image: 'another-image' })) return []
  if (render(input).includes(agentImage)) return []
  return [`${settingName(pool, 'agentImage')} is not used: the template does not pass it on`]
}
