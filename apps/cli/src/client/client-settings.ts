import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CommandContext } from '../commands/index.ts'

/** Where the autoscaler is that a command asks, and with what. */
export interface ClientSettings {
  /** Without a slash at its end. */
  readonly url: string
  readonly token: string | undefined
}

/** Flags of the commands that ask a running autoscaler. */
export const CLIENT_SWITCHES = {
  '--url <url>':
    'where the autoscaler is; http://127.0.0.1:9090 if not said, nor in WOODPECKER_AUTOSCALER_URL',
  '--http-token <token>': 'its token, where it has one; better in WOODPECKER_HTTP_TOKEN, or a file: …_FILE',
} as const

const DEFAULT_URL = 'http://127.0.0.1:9090'
const URL_ENV = 'WOODPECKER_AUTOSCALER_URL'
const TOKEN_ENV = 'WOODPECKER_HTTP_TOKEN'

export type ClientSettingsResult =
  | { readonly ok: true; readonly settings: ClientSettings }
  | { readonly ok: false; readonly problem: string }

type Given = Pick<CommandContext, 'switches' | 'flags' | 'env' | 'cwd'>

/** From flags, then the environment. */
export function clientSettings(given: Given): ClientSettingsResult {
  const { switches, env } = given
  const url = textOf(switches['url']) ?? (env[URL_ENV] || DEFAULT_URL)
  if (!isUrl(url)) {
    const problem = `--url (${URL_ENV}) is ${JSON.stringify(url)}: must be like ${DEFAULT_URL}, without user and password`
    return { ok: false, problem }
  }
  const token = readToken(given)
  if ('problem' in token) return { ok: false, problem: token.problem }
  return { ok: true, settings: { url: url.replace(/\/+$/, ''), token: token.value } }
}

function readToken({
  switches,
  flags,
  env,
  cwd,
}: Given): { readonly value: string | undefined } | { readonly problem: string } {
  const value =
    textOf(switches['httpToken']) ?? flags['--http-token']?.at(-1) ?? (env[TOKEN_ENV] || undefined)
  const path = env[`${TOKEN_ENV}_FILE`]
  if (value !== undefined || !path) return checked(value)
  try {
    return checked(readFileSync(resolve(cwd, path), 'utf8').trim())
  } catch (error) {
    return { problem: `${TOKEN_ENV}_FILE names a file that cannot be read: ${(error as Error).message}` }
  }
}

/** What a header can carry. */
function checked(
  value: string | undefined,
): { readonly value: string | undefined } | { readonly problem: string } {
  if (value === undefined || /^[!-~]+$/.test(value)) return { value }
  return { problem: `--http-token (${TOKEN_ENV}) must be letters, digits and signs of ASCII, without spaces` }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function isUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return ['http:', 'https:'].includes(protocol) && username === '' && password === ''
}
