import type { CiServer, Log } from '@woodpeckers/autoscaler-core'
import type { ServerSettings } from '../settings/cli-schema.ts'
import type { Surroundings } from '../surroundings.ts'

/** The server that the settings describe; nothing is asked of it yet. */
export function openServer(
  cli: ServerSettings,
  { clock, random, parts }: Surroundings,
  log: Log,
): Promise<CiServer> {
  return parts.connectServer({
    url: cli.serverUrl,
    token: cli.serverToken,
    grpcAddr: cli.grpcAddr,
    grpcSecure: cli.grpcSecure,
    grpcVerify: cli.grpcVerify,
    clock,
    random,
    log,
  })
}
