import { createHash } from 'node:crypto'
import type { AccountOptions } from './options.ts'

/** What is the same for every pool of a token, and tells nobody the token. */
export function credentialOf({ endpoint, apiToken }: AccountOptions): string {
  return createHash('sha256').update(`${endpoint} ${apiToken}`).digest('hex')
}
