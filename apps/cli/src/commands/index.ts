import type { FoundProvider } from '../providers/find-provider.ts'
import type { Surroundings } from '../surroundings.ts'

/** What a command is given. */
export interface CommandContext extends Surroundings {
  /** By flag, as they were written. */
  readonly flags: Readonly<Record<string, readonly string[]>>
  readonly provider: FoundProvider | undefined
  /** Those of the command itself, in camel case. */
  readonly switches: Readonly<Record<string, unknown>>
}

/** A command of the program. Its code is loaded when it is called, so that help is quick. */
export interface CommandEntry {
  /** One word, or two: `provider test`. */
  readonly name: string
  readonly summary: string
  /** The one that runs when none is named. */
  readonly isDefault?: boolean
  /** Whether it takes the settings of the autoscaler and its provider. */
  readonly takesSettings: boolean
  /** Its own flags, with a description. */
  readonly switches: Readonly<Record<string, string>>
  /** Answers a function that runs it to its end and gives the exit code. */
  load(): Promise<(context: CommandContext) => Promise<number>>
}

/** For commands that are about one pool. */
const POOL = { '--pool <id>': 'which pool of the config file' } as const

export const commands: readonly CommandEntry[] = [
  {
    name: 'run',
    summary: 'Scale until SIGTERM or Ctrl-C (also without a command)',
    isDefault: true,
    takesSettings: true,
    switches: {},
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'plan',
    summary: 'Look once, and show what would be done and why; changes nothing',
    takesSettings: true,
    switches: { '--json': 'print JSON' },
    load: async () => (await import('./plan.ts')).plan,
  },
  {
    name: 'doctor',
    summary: 'Check server, token, gRPC port, events, provider and user data',
    takesSettings: true,
    switches: {},
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'offerings',
    summary: 'Show what the cloud has: machine types, places, prices, images; needs no server',
    takesSettings: true,
    switches: { ...POOL, '--json': 'print JSON' },
    load: async () => (await import('./offerings.ts')).offerings,
  },
  {
    name: 'provider test',
    summary: 'Make one real machine, wait until its agent connects, and remove it; the cloud bills it',
    takesSettings: true,
    switches: {
      ...POOL,
      '--no-wait': 'do not wait for the agent: no server is needed',
      '--json': 'print JSON',
    },
    load: async () => (await import('./provider-test.ts')).providerTest,
  },
  {
    name: 'config validate',
    summary: 'Say what is wrong with the config file, with file, line and column',
    takesSettings: true,
    switches: {},
    load: async () => (await import('./config-validate.ts')).configValidate,
  },
  {
    name: 'config print',
    summary: 'Print all settings that count in the end, as a config file; secrets hidden',
    takesSettings: true,
    switches: {},
    load: async () => (await import('./config-print.ts')).configPrint,
  },
  {
    name: 'config schema',
    summary: 'Print the JSON schema of the config file, for editors',
    takesSettings: true,
    switches: {},
    load: async () => (await import('./config-schema.ts')).configSchema,
  },
  {
    name: 'migrate',
    summary: 'Write the settings of the Go autoscaler, or of Picus, as a config file, and say what differs',
    takesSettings: false,
    switches: {
      '--env-file <file>': 'read an env file, or a Compose file (.yml), in place of the environment',
      '--service <name>': 'which service of the Compose file',
      '--from <go|picus>': 'whose settings, where both are there',
      '--out <file>': 'write a file in place of standard output',
      '--force': 'write over a file that is there',
    },
    load: async () => (await import('./migrate.ts')).migrate,
  },
  {
    name: 'drain',
    summary: 'End all machines of a pool that nobody runs any more, by the usual safe steps',
    takesSettings: true,
    switches: {
      '--pool <id>': 'which pool',
      '--with <id>': 'with the settings of which pool of the config file: one at the same cloud',
    },
    load: async () => (await import('./drain.ts')).drain,
  },
  {
    name: 'demo',
    summary: 'Watch it at work for half a minute: an emulated server and cloud, the real engine',
    takesSettings: false,
    switches: { '--keep': 'go on until Ctrl-C' },
    load: async () => (await import('./demo.ts')).demo,
  },
]
