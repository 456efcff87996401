import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import type { ProviderDefinition } from '@woodpeckers/autoscaler-core'
import { isMap, isScalar, isSeq } from 'yaml'
import { z } from 'zod'
import { builtInProviders } from '../providers/built-in.ts'
import { findProvider } from '../providers/find-provider.ts'
import { stampOf } from '../reload/stamp.ts'
import type { ProcessSettings, ServerSettings } from '../settings/cli-schema.ts'
import { withPlainAddress } from '../settings/plain-grpc-address.ts'
import { checkLimits } from '../settings/policy-shape.ts'
import { whyAlike } from './check-names.ts'
import { checked } from './checked.ts'
import { type Config, type ConfigResult, freezeConfig, type PoolConfig } from './config.ts'
import { ConfigDocument } from './document.ts'
import { processKeys, serverKeys, stepsOf } from './file-keys.ts'
import { fileNode, type JsonNode, processSchema, serverSchema } from './file-schema.ts'
import { Problems } from './problems.ts'
import { type PoolAtHand, readPool } from './read-pool.ts'
import { type Reader, readNode } from './read-values.ts'
import { isReadableByAll } from './references.ts'
import { keysForFlags } from './setting-names.ts'

/** What a file is read with. */
export interface FileSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Of relative paths. */
  readonly cwd: string
  /** Said by flags or environment: it wins over the file. */
  readonly over?: Partial<ProcessSettings>
  /** Whether a server is needed: its section may be missing where not. */
  readonly needsServer?: boolean
  /** Nothing is begun with it: secrets are not looked up, and the server's section is passed over. */
  readonly withoutSecrets?: boolean
}

/** Reads the file whole, and says all that is wrong with it: a line each, with file, line and column. */
export async function readConfig(path: string, sources: FileSources): Promise<ConfigResult> {
  const where = isAbsolute(path) ? path : join(sources.cwd, path)
  let text: string
  let mode: number
  try {
    text = readFileSync(where, 'utf8')
    mode = statSync(where).mode
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message
    return {
      ok: false,
      problems: [`--config (WOODPECKER_AUTOSCALER_CONFIG) is ${JSON.stringify(path)}: ${why}`],
    }
  }
  const document = new ConfigDocument(text)
  const problems = new Problems(basename(path), document)
  const reader: Reader = {
    document,
    problems,
    sources: {
      env: sources.env,
      folder: dirname(where),
      withoutSecrets: sources.withoutSecrets ?? false,
    },
    secrets: [],
    files: [],
  }
  const atHand = document.problems.length > 0 ? undefined : await poolsOf(reader)
  const parts = atHand && readParts(atHand, reader, sources)
  const refersTo = reader.files.map(({ path }) => path)
  if (problems.any || !parts) return { ok: false, problems: problems.lines, refersTo }
  const open = isReadableByAll(mode) && holdsSecret(text, reader.secrets)
  return {
    ok: true,
    config: freezeConfig({
      ...parts,
      secrets: [...new Set(reader.secrets)],
      warnings: [...problems.warnings, ...(open ? [`${basename(path)} ${OPEN}`] : [])],
      file: { path: where, refersTo, stamp: stampOf([where, ...refersTo]) },
    }),
  }
}

const OPEN =
  'holds a secret, and every user of this computer may read it: chmod o-r, or name a file or a variable in its place'

function holdsSecret(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => text.includes(secret))
}

interface AtHand {
  readonly pools: readonly PoolAtHand[]
  readonly definitions: readonly ProviderDefinition[]
}

/** Which pools there are, and their providers: what may stand in the file depends on these. */
async function poolsOf(reader: Reader): Promise<AtHand | undefined> {
  const { document, problems } = reader
  if (!isMap(document.root)) {
    problems.add([], 'must have at least: server, pools')
    return undefined
  }
  const list = document.resolve(document.find(['pools']))
  const count = isSeq(list) ? list.items.length : 0
  if (count === 0) problems.add(['pools'], 'must be a list of at least one pool: - id: …')
  const found = new Map<string, ProviderDefinition>()
  const pools: PoolAtHand[] = []
  for (let index = 0; index < count; index++) {
    const own = ['pools', index, 'provider']
    const path = document.find(own) ? own : ['defaults', 'provider']
    const node = document.resolve(document.find(path))
    const reference = isScalar(node) && typeof node.value === 'string' ? node.value : undefined
    if (reference === undefined) {
      problems.add(
        own,
        `is missing; set it to ${Object.keys(builtInProviders).join(', ')}, a package, or a file`,
      )
    } else if (!found.has(reference)) {
      const provider = await findProvider(reference, reader.sources.folder, '')
      if (provider.ok) found.set(reference, provider.definition)
      else problems.add(path, provider.problem.trimStart())
    }
    pools.push({ index, definition: found.get(reference ?? '') })
  }
  // Settings of a cloud that no pool uses yet may stand in the defaults all the same; in a pool they are misplaced.
  for (const name of Object.keys(builtInProviders)) {
    const stands = ['defaults', ...pools.map(({ index }) => index)].some((at) =>
      document.find(typeof at === 'number' ? ['pools', at, name] : [at, name]),
    )
    if (found.has(name) || !stands) continue
    const provider = await findProvider(name, reader.sources.folder, '')
    if (provider.ok) found.set(name, provider.definition)
  }
  return { pools, definitions: [...new Set(found.values())] }
}

function readParts(
  { pools, definitions }: AtHand,
  reader: Reader,
  { over = {}, needsServer = true }: FileSources,
): Pick<Config, 'server' | 'process' | 'pools'> | undefined {
  const { problems, document } = reader
  const file = fileNode(definitions)
  const elsewhere = reader.sources.withoutSecrets ? ['pools', 'server'] : ['pools']
  const said = readNode(document.root, without(file, elsewhere), [], reader) as Record<string, unknown>
  const { server: saidServer, defaults = {}, ...saidProcess } = said
  const node = file.properties?.['pools']?.items ?? {}
  const read = pools.map((pool) => readPool(pool, { node, defaults, definitions, reader }))
  const serverSettings =
    saidServer === undefined && !needsServer
      ? ({ serverUrl: '', serverToken: '', grpcAddr: '', grpcSecure: false } satisfies ServerSettings)
      : checked<ServerSettings>(serverSchema, serverKeys, saidServer ?? {}, ['server'], reader)
  const process = checked<ProcessSettings>(processSchema, processKeys, saidProcess, [], reader)
  if (process) tellOfLimits(process, problems)
  checkIds(read, pools, problems)
  if (!serverSettings || !process || read.includes(undefined) || problems.any) return undefined
  const { server, told } = withPlainAddress(serverSettings)
  if (told !== undefined) problems.warn(['server', serverKeys.grpcAddr.path], keysForFlags()(told))
  return { server, process: { ...process, ...over }, pools: read as PoolConfig[] }
}

/** Each pool is read by itself, as there may be something wrong with its provider. */
function without(file: JsonNode, keys: readonly string[]): JsonNode {
  const elsewhere = keys.map((key) => [key, { kind: 'elsewhere' }] as const)
  return { ...file, properties: { ...file.properties, ...Object.fromEntries(elsewhere) } }
}

/** What limits say of each other. */
function tellOfLimits(process: ProcessSettings, problems: Problems): void {
  const result = z.custom<ProcessSettings>().superRefine(checkLimits).safeParse(process)
  for (const { path, message } of result.error?.issues ?? [])
    problems.add(stepsOf(processKeys[path[0] as keyof ProcessSettings]), message)
}

function checkIds(
  read: readonly (PoolConfig | undefined)[],
  at: readonly PoolAtHand[],
  problems: Problems,
): void {
  for (const [index, pool] of read.entries()) {
    for (const earlier of read.slice(0, index)) {
      const wrong = pool && earlier && whyAlike(pool.poolId, earlier.poolId)
      if (!wrong) continue
      problems.add(['pools', at[index]!.index, 'id'], wrong)
      break
    }
  }
}
