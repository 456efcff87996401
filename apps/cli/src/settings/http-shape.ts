import { list, secret } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'
import { hostProblem } from '../http/allowed-hosts.ts'
import { listenProblem } from '../http/listen-address.ts'

const group = 'HTTP'

/** How this process is looked at, and told what to do. */
export interface HttpSettings {
  /** `host:port`, or `off`. `undefined`: nobody said; then a port that is taken stops nothing. */
  readonly listen?: string | undefined
  readonly httpToken?: string | undefined
  readonly allowedHosts: readonly string[]
  readonly wakeSecret?: string | undefined
  readonly eventsFile?: string | undefined
}

/** A shorter one could be tried out. */
const SHORTEST_SECRET = 16
const longEnough = (text: string): boolean => text.length >= SHORTEST_SECRET
const TOO_SHORT = `must have at least ${SHORTEST_SECRET} characters`
/** What a header can carry. */
const isOneWord = (text: string): boolean => /^[!-~]+$/.test(text)
const NOT_ONE_WORD = 'must be letters, digits and signs of ASCII, without spaces'

export const httpShape: { readonly [Key in keyof HttpSettings]-?: z.ZodType<HttpSettings[Key]> } = {
  listen: z
    .string()
    .superRefine(tell(listenProblem))
    .optional()
    .describe('Where page, metrics and API are served, as host:port; off: nowhere')
    .meta({ placeholder: 'host:port', defaultText: '127.0.0.1:9090, or nowhere if that is taken', group }),
  httpToken: secret()
    .refine(longEnough, TOO_SHORT)
    .refine(isOneWord, NOT_ONE_WORD)
    .optional()
    .describe(
      'Who asks must have it; without it only this computer may, and beyond there is nothing but health',
    )
    .meta({ placeholder: 'token', group }),
  allowedHosts: list()
    .superRefine((hosts, context) => {
      for (const host of hosts) tell(hostProblem)(host, context)
    })
    .default([])
    .describe('Names by which it may be asked, beside addresses and that of listen')
    .meta({ placeholder: 'name,…', defaultText: 'localhost, and the one that it listens at', group }),
  wakeSecret: secret()
    .refine(longEnough, TOO_SHORT)
    .optional()
    .describe(
      'Secret of webhooks of a forge, which make it look at once: POST /wake; without it there is none',
    )
    .meta({ placeholder: 'secret', group }),
  eventsFile: z
    .string()
    .min(1)
    .optional()
    .describe('File that keeps decisions and what came of them, a line of JSON each; rotated')
    .meta({ placeholder: 'path', group }),
}

function tell(problemOf: (text: string) => string | undefined) {
  return (text: string, context: z.RefinementCtx): void => {
    const message = problemOf(text)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  }
}
