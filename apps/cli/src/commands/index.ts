import { CLIENT_SWITCHES as CLIENT } from '../client/client-settings.ts'
import type { FoundProvider } from '../providers/find-provider.ts'
import type { Surroundings } from '../surroundings.ts'

/** What a command is given. */
export interface CommandContext extends Surroundings {
  /** By flag, as they were written. */
  readonly flags: Readonly<Record<string, readonly string[]>>
  readonly provider: FoundProvider | undefined
  /** What stands behind the command's name. */
  readonly operands: readonly string[]
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
  /** What may stand behind its name: `<task>`, or `[trace]` where it may be left out. Without it: nothing. */
  readonly operand?: string
  /** Its own flags, with a description. */
  readonly switches: Readonly<Record<string, string>>
  /** Answers a function that runs it to its end and gives the exit code. */
  load(): Promise<(context: CommandContext) => Promise<number>>
}

/** For commands that are about one pool. */
const POOL = { '--pool <id>': 'which pool of the config file' } as const

/** For what is asked of the autoscaler that runs. */
const UNDO = { '--undo': 'take it back' } as const

/** For those that play traces: what they do not ask a cloud. */
const HINTS = {
  '--boot <[pool=]time...>':
    'how long machines take to come up (of a pool, a machine type, or all): 45s; or 45s/70s, half of them and 95 %',
  '--price <[pool=]amount...>': 'what one costs by the hour: 0.01 EUR, or cx23=0.006 EUR',
  '--billing <[pool=]unit...>': 'how it is paid: second or hour; without it, as its cloud does',
  '--speed <[pool=]factor...>': 'how many times as fast as in the trace jobs run there: 1.8, or cx33=1.8',
  '--platform <[pool=]name...>': 'what its agents run on, like linux/arm64; without it, as its types say',
} as const

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
    summary:
      'Drain and end a machine, or a pool, of the autoscaler that runs; with --pool, one that nobody runs any more',
    takesSettings: true,
    operand: '[machine|pool]',
    switches: {
      '--pool <id>': 'a pool that nobody runs any more',
      '--with <id>': 'with the settings of which pool of the config file: one at the same cloud',
      // The token is a setting of the autoscaler too.
      '--url <url>': CLIENT['--url <url>'],
      ...UNDO,
    },
    load: async () => (await import('./drain.ts')).drain,
  },
  {
    name: 'record',
    summary: 'Keep which jobs come to the server until Ctrl-C, or came to it, for simulate; changes nothing',
    takesSettings: true,
    switches: {
      '--out <file>': 'where jobs are kept, a line each; a recording that is there is gone on with',
      '--from-history': 'read past pipelines in place of watching',
      '--since <duration>': 'how far back: 7d',
      '--repo <owner/name...>': 'of these repositories alone',
      '--label <key=value...>': 'add it to each job: the past has only repositories and organisations',
      '--plain-names': 'keep the names of repositories, in place of digests',
      '--force': 'write over files that are there',
    },
    load: async () => (await import('./record.ts')).record,
  },
  {
    name: 'simulate',
    summary: 'Play a trace of jobs under some configs, and compare waiting and cost; or make a trace',
    takesSettings: false,
    operand: '[trace]',
    switches: {
      '--config <file...>': 'a config file to play it with; several are compared',
      ...HINTS,
      '--json': 'print JSON',
      '--html <file>': 'write a page with a timeline of each',
      '--lenient': 'pass over lines of the trace that are broken',
      '--generate <bursty|nightly|monorepo>': 'make a trace in place of reading one',
      '--jobs <number>': 'how many jobs it has: 1000',
      '--days <number>': 'over how many days: 1',
      '--seed <number>': 'another one gives another trace, and other chance: 1',
      '--out <file>': 'where the made trace goes, in place of standard output',
      '--force': 'write over files that are there',
    },
    load: async () => (await import('./simulate.ts')).simulate,
  },
  {
    name: 'advise',
    summary: 'Try settings round those of a config on a trace, and show what less waiting would cost',
    takesSettings: false,
    operand: '<trace>',
    switches: {
      '--config <file>': 'the config file to begin with',
      '--pool <id...>': 'which of its pools are changed; without it, all',
      '--capacity <number,...>': 'workflows per agent to try, where jobs take as long beside each other',
      '--type <name,...>': 'machine types to try, each with its --price (and --speed, where it is faster)',
      '--effort <number>': 'try so many times as much; usually it takes some minutes: 1',
      ...HINTS,
      '--json': 'print JSON',
      '--html <file>': 'write a page with a timeline of each',
      '--pick <number>': 'which one of the table',
      '--out <file>': 'where the config of that one goes',
      '--lenient': 'pass over lines of the trace that are broken',
      '--seed <number>': 'another one gives other chance: 1',
      '--force': 'write over files that are there',
    },
    load: async () => (await import('./advise.ts')).advise,
  },
  {
    name: 'status',
    summary: 'Show pools, machines, what waits and why, of the autoscaler that runs',
    takesSettings: false,
    switches: { ...CLIENT, '--watch': 'go on until Ctrl-C', '--json': 'print JSON' },
    load: async () => (await import('./status.ts')).status,
  },
  {
    name: 'explain',
    summary: 'Say why a job waits: explain 12, acme/app#12, the id of a task, or a part of its title',
    takesSettings: false,
    operand: '<task...>',
    switches: { ...CLIENT, '--json': 'print JSON' },
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'events',
    summary: 'Show the latest decisions with their reasons, and what came of them',
    takesSettings: false,
    switches: {
      ...CLIENT,
      '--follow': 'go on until Ctrl-C',
      '--limit <number>': 'so many of the latest; 50 if not said',
      '--json': 'print a line of JSON for each',
    },
    load: async () => (await import('./events.ts')).events,
  },
  {
    name: 'pause',
    summary: 'Make the autoscaler that runs leave a pool, or all, as they are, until resume',
    takesSettings: false,
    operand: '[pool]',
    switches: CLIENT,
    load: async () => (await import('./pause.ts')).pause,
  },
  {
    name: 'resume',
    summary: 'Take pause back: of a pool, or of all',
    takesSettings: false,
    operand: '[pool]',
    switches: CLIENT,
    load: async () => (await import('./resume.ts')).resume,
  },
  {
    name: 'replace',
    summary: 'Drain and end a machine; another is made first where it is needed',
    takesSettings: false,
    operand: '<machine>',
    switches: { ...CLIENT, ...UNDO },
    load: async () => (await import('./replace.ts')).replace,
  },
  {
    name: 'protect',
    summary: 'Keep a machine: it is neither cordoned nor ended',
    takesSettings: false,
    operand: '<machine>',
    switches: { ...CLIENT, ...UNDO },
    load: async () => (await import('./protect.ts')).protect,
  },
  {
    name: 'demo',
    summary: 'Watch it at work for half a minute: an emulated server and cloud, the real engine',
    takesSettings: false,
    switches: { '--keep': 'go on until Ctrl-C' },
    load: async () => (await import('./demo.ts')).demo,
  },
]
