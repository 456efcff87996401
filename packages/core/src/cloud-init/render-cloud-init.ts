import type { UserDataInput } from '../model/user-data.ts'
import { agentBinaryPart } from './agent-binary.ts'
import { AGENT_UNIT_NAME, type AgentUnitNeeds, binaryUnit, containerUnit } from './agent-unit.ts'
import { KEEP_ROUTES, METADATA_UNIT, METADATA_UNIT_NAME, NETWORKD_FILE } from './block-metadata.ts'
import { type CloudInitOptions, defaultCloudInitOptions } from './cloud-init-options.ts'
import { dockerEnvironmentFile, ENVIRONMENT_FILE, systemdEnvironmentFile } from './environment-file.ts'
import { FORGET_SCRIPT, FORGET_SCRIPT_TEXT, FORGET_UNIT, FORGET_UNIT_NAME } from './forget-user-data.ts'
import { healthPort } from './health-port.ts'
import { INSTALL_PROGRAMS, installProgramsScript } from './install-programs.ts'
import { type MachinePart, machineFile } from './machine-file.ts'
import { registryFiles } from './registry.ts'
import { selfDestructPart } from './self-destruct.ts'

/** No white space, `%` or `$`, which systemd would take for more than themselves. */
const IMAGE = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$/
const NOTHING: MachinePart = { files: [], commands: [] }

/**
 * The cloud-init document that makes an agent of a fresh Ubuntu or Debian, with Docker or without. What
 * follows its first line is JSON, which YAML includes: no value can break out of its quotes, and every file is
 * in base64 besides. It holds the agent's secret: never log it.
 *
 * Throws when a value cannot be passed on: an environment file has one line for each variable.
 */
export function renderCloudInit(
  input: UserDataInput,
  options: CloudInitOptions = defaultCloudInitOptions,
): string {
  if (!IMAGE.test(input.image)) throw new Error(`“${input.image}” is not the name of a container image`)
  const needs: AgentUnitNeeds = {
    // Jobs of an agent with its local backend are processes of the machine itself.
    docker: options.agentMode === 'container' || input.environment['WOODPECKER_BACKEND'] !== 'local',
    blockMetadata: options.blockMetadata,
    healthPort: healthPort(input.environment),
  }
  // In this order, both: the agent comes last but for what watches it.
  const parts = [
    options.blockMetadata ? metadataPart() : NOTHING,
    programsPart(needs, options),
    agentPart(input, needs, options),
    watchPart(needs, options),
    forgetPart(),
  ]
  const document = {
    write_files: parts.flatMap(({ files }) => files),
    runcmd: [['systemctl', 'daemon-reload'], ...parts.flatMap(({ commands }) => commands)],
  }
  return `#cloud-config\n${asciiJson(document)}\n`
}

function metadataPart(): MachinePart {
  return {
    files: [
      machineFile(`/etc/systemd/system/${METADATA_UNIT_NAME}`, '0644', METADATA_UNIT),
      machineFile(NETWORKD_FILE, '0644', KEEP_ROUTES),
    ],
    commands: [['systemctl', 'enable', '--now', METADATA_UNIT_NAME]],
  }
}

function programsPart({ docker }: AgentUnitNeeds, options: CloudInitOptions): MachinePart {
  const mirrors = docker ? options.registryMirrors : []
  return {
    files: [
      machineFile(INSTALL_PROGRAMS, '0755', installProgramsScript({ docker })),
      ...registryFiles(mirrors, options.agentMode === 'container' ? options.registryLogins : []),
    ],
    commands: [
      [INSTALL_PROGRAMS],
      ...(docker ? [['systemctl', 'enable', '--now', 'docker.service']] : []),
      // On an image that brings Docker it may have started before its settings were there.
      ...(mirrors.length > 0 ? [['systemctl', 'restart', 'docker.service']] : []),
    ],
  }
}

function agentPart(input: UserDataInput, needs: AgentUnitNeeds, options: CloudInitOptions): MachinePart {
  const isBinary = options.agentMode === 'binary'
  const unit = isBinary
    ? binaryUnit(needs)
    : containerUnit(input.image, options.registryLogins.length > 0, needs)
  const environment = (isBinary ? systemdEnvironmentFile : dockerEnvironmentFile)(input.environment)
  const download = isBinary
    ? agentBinaryPart(input.image, options.agentBinaryUrl, options.agentBinarySha256)
    : NOTHING
  return {
    files: [
      machineFile(ENVIRONMENT_FILE, '0600', environment),
      machineFile(`/etc/systemd/system/${AGENT_UNIT_NAME}`, '0644', unit),
      ...download.files,
    ],
    commands: [...download.commands, ['systemctl', 'enable', '--now', AGENT_UNIT_NAME]],
  }
}

function watchPart(
  { healthPort: port }: AgentUnitNeeds,
  { selfDestructAfterMs }: CloudInitOptions,
): MachinePart {
  if (selfDestructAfterMs === 0) return NOTHING
  if (port !== undefined) return selfDestructPart(selfDestructAfterMs, port)
  throw new Error(
    'the self-destruct asks the health port of the agent, which WOODPECKER_HEALTHCHECK turns off',
  )
}

function forgetPart(): MachinePart {
  return {
    files: [
      machineFile(FORGET_SCRIPT, '0755', FORGET_SCRIPT_TEXT),
      machineFile(`/etc/systemd/system/${FORGET_UNIT_NAME}`, '0644', FORGET_UNIT),
    ],
    // Not waited for: it comes after the very stage of cloud-init that runs these commands.
    commands: [
      ['systemctl', 'enable', FORGET_UNIT_NAME],
      ['systemctl', 'start', '--no-block', FORGET_UNIT_NAME],
    ],
  }
}

/** Without a byte beyond ASCII: clouds and their consoles differ in what they make of those. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value, undefined, 1).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
