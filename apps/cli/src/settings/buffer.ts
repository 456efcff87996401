import type { Buffer } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'

/** `2` free slots, or `20%` of the busy ones. `undefined`: neither. */
export function parseBuffer(text: string): Buffer | undefined {
  const [, number, percent] = /^(\d+)\s*(%)?$/.exec(text.trim()) ?? []
  if (number === undefined) return undefined
  return percent === undefined ? { slots: Number(number) } : { share: Number(number) / 100 }
}

export function bufferText(buffer: Buffer): string {
  return 'slots' in buffer ? `${buffer.slots}` : `${Math.round(buffer.share * 100)}%`
}

/** Its default is written as people write it: `.prefault('0')`. */
export function buffer(): z.ZodPipe<z.ZodString, z.ZodTransform<Buffer, string>> {
  return z
    .string()
    .transform((text, context): Buffer => {
      const parsed = parseBuffer(text)
      if (parsed) return parsed
      context.addIssue('must be a number of slots, or a share of the busy ones, like 2 or 20%')
      return z.NEVER
    })
    .meta({ notation: 'buffer', placeholder: 'slots' })
}
