import { gzipSync } from 'node:zlib'
import type { UserDataLimit } from '../ports/provider.ts'

/** Where the provider says nothing: what the smallest cloud without compression takes. */
export const DEFAULT_USER_DATA_LIMIT: UserDataLimit = { bytes: 32 * 1024, gzip: false }

/** What user data weighs as it is sent, and whether the cloud takes that. */
export interface UserDataSize {
  readonly bytes: number
  readonly fits: boolean
  /** For people, with the limit in it. */
  readonly message: string
}

export function userDataBytes(text: string, limit: UserDataLimit = DEFAULT_USER_DATA_LIMIT): UserDataSize {
  const bytes = limit.gzip ? compressUserData(text).byteLength : Buffer.byteLength(text)
  const fits = bytes <= limit.bytes
  const compressed = limit.gzip ? ` compressed, ${Buffer.byteLength(text)} as it is` : ''
  const message = `user data has ${bytes} bytes${compressed}; the cloud takes ${limit.bytes}`
  return { bytes, fits, message }
}

/** As a provider sends it whose limit says `gzip`; cloud-init unpacks it by itself. */
export function compressUserData(text: string): Uint8Array {
  return gzipSync(text, { level: 9 })
}
