import { createRequire } from 'node:module'
import { isAbsolute, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ProviderDefinition } from '@woodpeckers/autoscaler-core'
import { builtInProviders } from './built-in.ts'

export type FoundProvider =
  | { readonly ok: true; readonly definition: ProviderDefinition }
  /** One line. */
  | { readonly ok: false; readonly problem: string }

/**
 * Loads what `--provider`, or another `setting`, names: a built-in name, a file (`./mycloud.ts`), or a package, of which
 * `mycloud` is short for `woodpecker-autoscaler-provider-mycloud`.
 */
export async function findProvider(
  reference: string,
  cwd: string,
  setting = '--provider (WOODPECKER_PROVIDER)',
): Promise<FoundProvider> {
  const quoted = `${setting} is ${JSON.stringify(reference)}`
  let module: unknown
  try {
    module = await importProvider(reference, cwd)
  } catch (error) {
    const message = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    return {
      ok: false,
      problem: `${quoted}: it cannot be loaded: ${message}`,
    }
  }
  if (module === undefined) return { ok: false, problem: unknown(quoted, reference) }
  const wrong = wrongWith((module as { default?: unknown }).default)
  if (wrong) return { ok: false, problem: `${quoted}: ${wrong}` }
  return { ok: true, definition: (module as { default: ProviderDefinition }).default }
}

function unknown(quoted: string, reference: string): string {
  const builtIn = Object.keys(builtInProviders).join(', ')
  const what = isFile(reference) ? 'there is no such file' : 'there is no such provider or package'
  return `${quoted}: ${what}; built in: ${builtIn}; or name a package, or a file like ./mycloud.ts`
}

/** `undefined`: there is none. */
async function importProvider(reference: string, cwd: string): Promise<unknown> {
  const builtIn = Object.hasOwn(builtInProviders, reference) ? builtInProviders[reference] : undefined
  if (builtIn) return builtIn()
  if (isFile(reference)) {
    const url = reference.startsWith('file:') ? reference : pathToFileURL(resolve(cwd, reference)).href
    return importIfThere(url)
  }
  const isShort = /^[a-z][a-z0-9-]*$/.test(reference) && !reference.startsWith(PACKAGE_PREFIX)
  const name = isShort ? PACKAGE_PREFIX + reference : reference
  if (!/^(@[\w.-]+\/)?[\w.-]+$/.test(name)) return undefined
  return (await importIfThere(name)) ?? importFrom(name, cwd)
}

const PACKAGE_PREFIX = 'woodpecker-autoscaler-provider-'

function isFile(reference: string): boolean {
  return /^\.{0,2}[/\\]|^file:|\.[cm]?[jt]s$/.test(reference) || isAbsolute(reference)
}

async function importIfThere(specifier: string): Promise<unknown> {
  try {
    return await import(specifier)
  } catch (error) {
    if (isAbsent(error, specifier)) return undefined
    throw error
  }
}

/** From the working directory, where the program itself is installed elsewhere. */
async function importFrom(name: string, cwd: string): Promise<unknown> {
  let path: string
  try {
    path = createRequire(join(cwd, 'here.js')).resolve(name)
  } catch {
    return undefined
  }
  return import(pathToFileURL(path).href)
}

/** Whether it is the module itself that is missing, rather than one that it imports. */
function isAbsent(error: unknown, specifier: string): boolean {
  const { code, url, message } = error as { code?: string; url?: string; message?: string }
  if (code !== 'ERR_MODULE_NOT_FOUND') return false
  return url === specifier || (message?.includes(`'${specifier}'`) ?? false)
}

function wrongWith(definition: unknown): string | undefined {
  const advice = 'export default defineProvider({ name, options, create })'
  if (typeof definition !== 'object' || definition === null)
    return `it has no default export; write ${advice}`
  const { name, options, create } = definition as Partial<Record<keyof ProviderDefinition, unknown>>
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(name)) {
    return 'its default export has no name of lower-case letters, digits and dashes'
  }
  const isObject = typeof (options as { toJSONSchema?: unknown } | undefined)?.toJSONSchema === 'function'
  if (!isObject || !(options as { shape?: unknown }).shape) {
    return 'its default export has no "options" made by z.object({ … }) of zod 4.3 or newer'
  }
  if (typeof create !== 'function') return `its default export has no function "create"; write ${advice}`
  return undefined
}
