import { gzipSync } from 'node:zlib'
import { Rejected } from '@woodpeckers/autoscaler-core'

/** 16 KB, before base64; cloud-init unpacks gzip by itself. */
export const USER_DATA_LIMIT_BYTES = 16_384

/**
 * User data as EC2 takes it. The same text gives the same bytes, which a repeated ClientToken needs: gzip as
 * made here has no time in it.
 *
 * @throws Rejected where it is too large
 */
export function packUserData(text: string): string {
  const packed = gzipSync(text, { level: 9 })
  if (packed.length > USER_DATA_LIMIT_BYTES) {
    throw new Rejected(
      `user data has ${packed.length} bytes compressed, and EC2 takes ${USER_DATA_LIMIT_BYTES}: shorten the template`,
    )
  }
  return packed.toString('base64')
}
