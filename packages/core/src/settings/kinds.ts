import { z } from 'zod'
import { DURATION_EXAMPLES, parseDuration } from './duration.ts'

/**
 * What a setting's schema may say in its `.meta({ … })`, beside zod's own `description`. All of it is
 * optional: names follow from the key where nothing else is said.
 */
export interface SettingMeta {
  /** With its dashes, in place of `--<prefix>-<key>`. */
  readonly flag?: string
  /** In place of `WOODPECKER_<PREFIX>_<KEY>`. */
  readonly env?: string
  /** Further names that are looked at when the first is not set, in this order. */
  readonly envAliases?: readonly string[]
  /** Never shown: not in messages, logs or plans. Can be given as a file by `<env>_FILE`. */
  readonly secret?: boolean
  /** No secret as a whole, but there may be one in it: no message quotes it. */
  readonly mayHoldSecrets?: boolean
  /** Can be given as a file by `<env>_FILE`, although it is no secret. */
  readonly file?: boolean
  /** What stands for the value in help, for example `url`. */
  readonly placeholder?: string
  /** What help says in place of the default, where it is found out at run time. */
  readonly defaultText?: string
  /** Heading under which help lists it. */
  readonly group?: string
  /** Set by `duration()`. */
  readonly kind?: 'duration'
  /** Of a text that is parsed into something of the program's own: its name, for who writes the text again. */
  readonly notation?: string
}

/** A text that is never shown, and that can be given as a file. Empty is refused: it is always a mistake. */
export function secret(): z.ZodString {
  return z.string().min(1, 'must not be empty').meta({ secret: true })
}

/** Text in, milliseconds out. */
export type DurationSchema = z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>

/** A Go duration, in milliseconds once parsed. Its default is written as people write it: `.prefault('10m')`. */
export function duration(): DurationSchema {
  return z
    .string()
    .transform((text, context) => {
      const ms = parseDuration(text)
      if (ms !== undefined) return ms
      context.addIssue(`must be a duration, like ${DURATION_EXAMPLES}`)
      return z.NEVER
    })
    .meta({ kind: 'duration' })
}

/** Pairs, written `k=v,k2=v2`: see `parseKeyValues` for commas. */
export function keyValues(): z.ZodRecord<z.ZodString, z.ZodString> {
  return z.record(z.string(), z.string())
}

/** Texts, written `a,b,c`: see `splitList` for commas. */
export function list(): z.ZodArray<z.ZodString> {
  return z.array(z.string())
}
