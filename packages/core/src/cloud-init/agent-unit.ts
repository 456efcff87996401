import { AGENT_BINARY, AGENT_USER } from './agent-binary.ts'
import { METADATA_UNIT_NAME } from './block-metadata.ts'
import { ENVIRONMENT_FILE } from './environment-file.ts'
import { REGISTRY_CONFIG_FOLDER } from './registry.ts'

export const AGENT_UNIT_NAME = 'woodpecker-agent.service'

/** What a unit of the agent waits for, and does not run without. */
export interface AgentUnitNeeds {
  readonly docker: boolean
  readonly blockMetadata: boolean
  /** On loopback; `undefined`: none. */
  readonly healthPort: number | undefined
}

/**
 * Runs the container in the foreground of a unit rather than with Docker's own restart policy: so it never
 * starts before the metadata service is out of reach, at the first boot and at any other.
 */
export function containerUnit(image: string, hasLogins: boolean, needs: AgentUnitNeeds): string {
  const run = [
    '/usr/bin/docker',
    ...(hasLogins ? [`--config ${REGISTRY_CONFIG_FOLDER}`] : []),
    'run --rm --name woodpecker-agent',
    `--env-file ${ENVIRONMENT_FILE}`,
    '--volume /var/run/docker.sock:/var/run/docker.sock',
    ...(needs.healthPort === undefined
      ? []
      : [`--publish 127.0.0.1:${needs.healthPort}:${needs.healthPort}`]),
    image,
  ]
  return unit(
    needs,
    `TimeoutStartSec=0
ExecStartPre=-/usr/bin/docker rm --force woodpecker-agent
ExecStart=${run.join(' ')}
ExecStop=/usr/bin/docker stop woodpecker-agent`,
  )
}

/** What `Environment=` sets here, the environment file may set otherwise: it comes second. */
export function binaryUnit(needs: AgentUnitNeeds): string {
  return unit(
    needs,
    `User=${AGENT_USER}
StateDirectory=woodpecker-agent
WorkingDirectory=/var/lib/woodpecker-agent
Environment=WOODPECKER_HEALTHCHECK_ADDR=127.0.0.1:${needs.healthPort ?? 3000}
Environment=WOODPECKER_AGENT_CONFIG_FILE=/var/lib/woodpecker-agent/agent.conf
EnvironmentFile=${ENVIRONMENT_FILE}
ExecStart=${AGENT_BINARY}`,
  )
}

function unit({ docker, blockMetadata }: AgentUnitNeeds, service: string): string {
  const others = [...(docker ? ['docker.service'] : []), ...(blockMetadata ? [METADATA_UNIT_NAME] : [])]
  const waiting = others.length > 0 ? `Requires=${others.join(' ')}\nAfter=${others.join(' ')}\n` : ''
  return `[Unit]
Description=Woodpecker agent
Wants=network-online.target
After=network-online.target
${waiting}
[Service]
Restart=always
RestartSec=5
${service}

[Install]
WantedBy=multi-user.target
`
}
