import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import type { DatabaseDump } from './database.ts'
import { EmulatedWoodpecker } from './emulated-woodpecker.ts'
import { serveWoodpecker } from './http/serve-woodpecker.ts'
import { adminToken, defaultSettings } from './settings.ts'

/**
 * The server as a process of its own. With `--state` its database is in a file before anybody is answered:
 * kill it at any moment, start it again, and only its queue is forgotten. Prints a line of JSON when ready.
 */
export async function runServerProcess(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '8000' },
      'grpc-port': { type: 'string', default: '9000' },
      prefix: { type: 'string', default: '' },
      state: { type: 'string' },
      token: { type: 'string', default: adminToken },
      'agent-secret': { type: 'string', default: defaultSettings.agentSecret },
    },
  })
  const users = defaultSettings.users.map((user) => (user.admin ? { ...user, token: values.token } : user))
  const file = values.state
  const dump = file === undefined ? undefined : readState(file)
  const server = new EmulatedWoodpecker({
    clock: systemClock,
    random: systemRandom,
    settings: { users, agentSecret: values['agent-secret'] },
    ...(dump ? { database: dump } : {}),
    ...(file === undefined ? {} : { onChange: (database) => writeState(file, database.dump()) }),
  })
  const served = await serveWoodpecker(server, {
    port: Number(values.port),
    agentPort: Number(values['grpc-port']),
    prefix: values.prefix,
  })
  const { url, agentAddress } = served
  console.log(JSON.stringify({ url, grpc: agentAddress, pid: process.pid }))
  const end = () => process.exit(0)
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
}

function readState(file: string): DatabaseDump | undefined {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/** By way of a second file, so that no half-written one is ever found. */
function writeState(file: string, dump: DatabaseDump): void {
  writeFileSync(`${file}.new`, JSON.stringify(dump))
  renameSync(`${file}.new`, file)
}
