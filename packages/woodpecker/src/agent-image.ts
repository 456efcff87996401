const REPOSITORY = 'docker.io/woodpeckerci/woodpecker-agent'
const RELEASE = /^v?(\d+\.\d+\.\d+(?:-rc\.\d+)?)$/

/**
 * The image of the agent that fits the server: their gRPC versions must be equal. A server between releases
 * (`next-…`, `dev`) gets the image that is built from the same branch.
 */
export function agentImage(serverVersion: string): string {
  const release = RELEASE.exec(serverVersion)?.[1]
  return `${REPOSITORY}:${release === undefined ? 'next' : `v${release}`}`
}
