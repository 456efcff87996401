import { readFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { parseSettings } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'
import { cliShape, type ServerSettings } from '../settings/cli-schema.ts'
import { configPathOf } from '../settings/config-path.ts'
import type { Surroundings } from '../surroundings.ts'
import { checked } from './checked.ts'
import { ConfigDocument } from './document.ts'
import { serverKeys } from './file-keys.ts'
import { fileNode, serverSchema } from './file-schema.ts'
import { Problems } from './problems.ts'
import { type Reader, readNode } from './read-values.ts'

export type ServerResult =
  | { readonly ok: true; readonly server: ServerSettings; readonly secrets: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] }

type Given = Pick<Surroundings, 'env' | 'cwd'> & {
  readonly flags: Readonly<Record<string, readonly string[]>>
}

/** Where the server is, from the file's section, or else flags and environment; of nothing else anything is needed. */
export function readServer(given: Given): ServerResult {
  const path = configPathOf(given)
  return path === undefined ? ofFlags(given) : ofFile(path, given)
}

function ofFlags({ flags, env, cwd }: Given): ServerResult {
  const { serverUrl, serverToken, grpcAddr, grpcSecure, grpcVerify } = cliShape
  const schema = z.object({ serverUrl, serverToken, grpcAddr, grpcSecure, grpcVerify })
  const readFile = (path: string) => readFileSync(isAbsolute(path) ? path : join(cwd, path), 'utf8')
  const read = parseSettings(schema, { flags, env, readFile })
  return read.ok ? { ok: true, server: read.values, secrets: read.secrets } : read
}

function ofFile(path: string, { env, cwd }: Given): ServerResult {
  const where = isAbsolute(path) ? path : join(cwd, path)
  let text: string
  try {
    text = readFileSync(where, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : message
    return { ok: false, problems: [`--config is ${JSON.stringify(path)}: ${why}`] }
  }
  const document = new ConfigDocument(text)
  const problems = new Problems(basename(path), document)
  const reader: Reader = {
    document,
    problems,
    sources: { env, folder: dirname(where) },
    secrets: [],
    files: [],
  }
  const node = fileNode([]).properties?.['server'] ?? {}
  const said = readNode(document.find(['server']), node, ['server'], reader) ?? {}
  const server = checked<ServerSettings>(serverSchema, serverKeys, said, ['server'], reader)
  if (!server || problems.any) return { ok: false, problems: problems.lines }
  return { ok: true, server, secrets: reader.secrets }
}
