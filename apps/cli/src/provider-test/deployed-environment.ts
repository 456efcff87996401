import type { AgentSettings, CreatedAgent } from '@woodpeckers/autoscaler-core'

const SECRET_NAME = /SECRET|TOKEN|PASSW|CREDENTIAL|KEY/i

/** What a machine is given whose agent nobody waits for: it finds no server, and takes no task. */
export function dummyAgent(
  { image, environment }: AgentSettings,
  name: string,
): Pick<CreatedAgent, 'environment' | 'image'> {
  return {
    image: image ?? 'docker.io/woodpeckerci/woodpecker-agent:latest',
    environment: {
      ...environment,
      // Port 9 discards; nothing is there.
      WOODPECKER_SERVER: '127.0.0.1:9',
      WOODPECKER_AGENT_SECRET: 'no-server-knows-this',
      WOODPECKER_MAX_WORKFLOWS: '1',
      WOODPECKER_HOSTNAME: name,
    },
  }
}

/** Values that must not be printed, judged by their names. */
export function secretsIn(environment: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) => (SECRET_NAME.test(name) ? [value] : []))
}
