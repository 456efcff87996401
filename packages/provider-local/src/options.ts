import { type DurationSchema, duration, list } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'
import { splitCommand } from './split-command.ts'

/** What a process needs to find its programs and to speak the user's language, and no secret. */
export const USUAL_ENVIRONMENT: readonly string[] = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]

/** The engine gives up an end after two minutes, and begins it anew. */
const LONGEST_STOP_MS = 100_000

/**
 * What an agent is told by the autoscaler, as a word of a command: a flag of the agent wins over its environment, and so
 * does a variable that `env` or a container sets. `flags.go` of Woodpecker's agent has the names.
 */
const OWNED =
  /^(?:--?(?:server|grpc-token|grpc-secure|grpc-skip-insecure|hostname|labels|filter|max-workflows|backend-engine|retry-timeout|agent-single-workflow)(?:=|$)|(?:--env=|-e)?WOODPECKER_(?:SERVER|AGENT_SECRET(?:_FILE)?|GRPC_SECURE|GRPC_(?:SKIP_)?VERIFY|HOSTNAME|AGENT_LABELS|FILTER_LABELS|MAX_WORKFLOWS|MAX_PROCS|BACKEND(?:_ENGINE)?|RETRY_TIMEOUT|AGENT_SINGLE_WORKFLOW)=)/

/** Settings of machines that are processes on this computer. */
export const localOptions: z.ZodObject<{
  command: z.ZodDefault<z.ZodString>
  user: z.ZodOptional<z.ZodString>
  directory: z.ZodOptional<z.ZodString>
  passEnv: z.ZodDefault<z.ZodArray<z.ZodString>>
  stopTimeout: z.ZodPrefault<DurationSchema>
  keepLogs: z.ZodDefault<z.ZodInt>
}> = z.object({
  command: z
    .string()
    .default('woodpecker-agent')
    .refine((text) => (splitCommand(text)?.length ?? 0) > 0, 'must be a command, with every quote closed')
    .superRefine((text, context) => {
      const word = splitCommand(text)?.find((word) => OWNED.test(word))
      if (word === undefined) return
      const [name] = word.split('=', 1)
      context.addIssue(
        `must not set ${name}: the autoscaler decides that, and plans with it; see its own settings`,
      )
    })
    .describe('Program that runs an agent, with its arguments; split at blanks, quotes count, no shell'),
  user: z
    .string()
    .min(1)
    .optional()
    .meta({ defaultText: 'that of the autoscaler', placeholder: 'name' })
    .describe(
      'User that agents and their jobs run as, so that they cannot read the secrets of the autoscaler; needs root',
    ),
  directory: z
    .string()
    .min(1)
    .optional()
    .meta({
      defaultText:
        '$XDG_STATE_HOME/woodpecker-autoscaler/local; /var/lib/woodpecker-autoscaler/local with a user',
      placeholder: 'path',
    })
    .describe('Where machines are remembered, work and log; each pool has a folder of its own in it'),
  passEnv: list()
    .default([...USUAL_ENVIRONMENT])
    .refine(
      (names) => !names.some((name) => name.startsWith('WOODPECKER_')),
      'must not name WOODPECKER_… variables: those are the autoscaler’s own; use agent-env for an agent’s',
    )
    .describe('Names of the environment variables that agents inherit; no other one reaches them'),
  stopTimeout: duration()
    .prefault('10s')
    .refine((ms) => ms <= LONGEST_STOP_MS, 'must be at most 100s: an end that takes longer is begun anew')
    .describe('From asking a machine’s processes to end until they are killed, 100s at most'),
  keepLogs: z.int().min(0).default(20).describe('How many logs of ended machines to keep'),
})

export type LocalOptions = z.output<typeof localOptions>
