import { describe, expect, test } from 'vitest'
import { AFile, SERVER } from './a-file.test-setup.ts'

/** Four lines; what is wrong begins in the fifth. */
const POOL = `${SERVER}pools:
  - id: a
    provider: local
`
const HETZNER = POOL.replace('local', 'hetznercloud')
const scheduled = (schedule: string) => `${POOL}    schedules:\n      - ${schedule}`

async function problemsOf(text: string): Promise<readonly string[]> {
  using file = new AFile()
  const read = await file.read(text)
  return read.ok ? [] : read.problems.map((line) => line.replaceAll(file.folder, ''))
}

type Case = readonly [what: string, text: string, ...lines: string[]]

const values: readonly Case[] = [
  ['a word for a number', `${POOL}    max: many\n`, '5:10: pools[0].max must be a number, like 3'],
  ['a broken number', `${POOL}    max: 1.5\n`, '5:10: pools[0].max must be a whole number, like 3'],
  ['a negative number', `${POOL}    min: -1\n`, '5:10: pools[0].min must be at least 0'],
  ['a list for a number', `${POOL}    max: [1]\n`, '5:10: pools[0].max must be a whole number, like 3'],
  ['a word for a switch', `${POOL}    prewarm: maybe\n`, '5:14: pools[0].prewarm must be true or false'],
  [
    'a word for a list',
    `${POOL}    shrinkOrder: idlest\n`,
    '5:18: pools[0].shrinkOrder must be a list, like [a, b]',
  ],
  [
    'a word for pairs',
    `${POOL}    labels: x\n`,
    '5:13: pools[0].labels must be pairs, each on a line of its own: key: value',
  ],
  [
    'a word for a section',
    `${POOL}    agent: x\n`,
    '5:12: pools[0].agent must be settings, each on a line of its own: key: value',
  ],
  [
    'a word that is none of those there are',
    `${POOL}    mode: efemeral\n`,
    '5:11: pools[0].mode must be one of reused, ephemeral',
  ],
  [
    'the same in a list',
    `${POOL}    shrinkOrder: [idlest, newest]\n`,
    '5:27: pools[0].shrinkOrder[1] must be one of idlest, dearest, oldest',
  ],
  [
    'a duration without a unit',
    `${POOL}    idleTimeout: 10\n`,
    '5:18: pools[0].idleTimeout must be a duration, like 10s, 1.5h or 2h45m',
  ],
  [
    'a buffer that is none',
    `${POOL}    buffer: lots\n`,
    '5:13: pools[0].buffer must be a number of slots, or a share of the busy ones, like 2 or 20%',
  ],
  [
    'a server without https://',
    POOL.replace('https://', ''),
    '1:16: server.url must be a URL like https://ci.example.org, without user and password',
  ],
]

const keys: readonly Case[] = [
  ['a mistyped key', `${POOL}    maxx: 1\n`, '5:5: pools[0].maxx is not known; did you mean max?'],
  ['a mistyped section', `sever: {}\n${POOL}`, '1:1: sever is not known; did you mean server?'],
  [
    'a mistyped key in a section',
    `${POOL}    agent: { imag: x }\n`,
    '5:14: pools[0].agent.imag is not known; did you mean image?',
  ],
  [
    'a mistyped key of a provider, which is missing then',
    `${HETZNER}    hetznercloud: { apiToken: x, serverTypes: [cx23] }\n`,
    '5:19: pools[0].hetznercloud.serverType is missing; set it',
    '5:34: pools[0].hetznercloud.serverTypes is not known; did you mean serverType?',
  ],
  [
    'settings of another provider',
    `${POOL}    hetznercloud: { apiToken: x }\n`,
    "5:5: pools[0].hetznercloud is for another provider; this pool's is local",
  ],
  [
    'a provider that is not there',
    POOL.replace('local', 'locl'),
    '4:15: pools[0].provider is "locl": there is no such provider or package; built in: aws, hetznercloud, local, timewebcloud; or name a package, or a file like ./mycloud.ts',
  ],
  [
    'no provider',
    `${SERVER}pools:\n  - id: a\n`,
    '3:5: pools[0].provider is missing; set it to aws, hetznercloud, local, timewebcloud, a package, or a file',
  ],
  ['no id', POOL.replace('id: a\n    ', ''), '3:5: pools[0].id is missing; set it'],
  ['no pools', SERVER, '1:1: pools must be a list of at least one pool: - id: …'],
  ['no server', POOL.replace(SERVER, ''), '1:1: server.token is missing; set it'],
  ['nothing at all', '', '1:1: the file must have at least: server, pools'],
  ['a key said twice', `${POOL}    max: 3\n    max: 4\n`, '6:5: Map keys must be unique'],
  [
    'a reference in braces that is not quoted',
    SERVER.replace('t0ken-of-ci', `\${CI_TOKEN}`),
    `1:41: a reference like \${NAME} must be quoted where it stands between braces or brackets`,
  ],
  ['a tab', `${POOL}\tmax: 3\n`, '5:1: Tabs are not allowed as indentation'],
  [
    'a label that begins with ! and is not quoted',
    `${POOL}    labels: { !spot: x }\n`,
    '5:15: what begins with ! must be quoted: "!spot"',
  ],
]

const together: readonly Case[] = [
  [
    'two pools of one id',
    `${POOL}  - id: a\n    provider: local\n`,
    '5:9: pools[1].id is "a", as that of another pool is: each needs its own',
  ],
  [
    'ids that only capitals keep apart',
    `${POOL}  - id: A\n    provider: local\n`,
    '5:9: pools[1].id is "A": its machines could be taken for those of the pool "a"',
  ],
  [
    'an id that looks like the name of an agent of another',
    `${POOL}  - id: a-agent-b\n    provider: local\n`,
    '5:9: pools[1].id is "a-agent-b": its machines could be taken for those of the pool "a"',
  ],
  [
    'an id with a space',
    POOL.replace('id: a', 'id: a b'),
    '3:9: pools[0].id must be letters and digits, with dots, dashes or underscores between, 32 at most',
  ],
  ['min over max', `${POOL}    min: 5\n    max: 4\n`, '5:10: pools[0].min must be at most max, which is 4'],
  [
    'min of the defaults over max of the pool',
    `defaults: { min: 4 }\n${POOL}    max: 3\n`,
    '1:18: defaults.min must be at most max, which is 3',
  ],
  [
    'limits in two currencies',
    `limits:\n  maxHourlyCost: 6 EUR\n  maxSpendPerDay: 9 USD\n${POOL}`,
    '3:19: limits.maxSpendPerDay must be in EUR, as the other limits: currencies cannot be compared',
  ],
  [
    'an amount without a currency',
    `limits: { maxHourlyCost: 6 }\n${POOL}`,
    '1:26: limits.maxHourlyCost must be an amount with its currency, like 6 EUR',
  ],
  [
    'stopped machines in an ephemeral pool',
    `${POOL}    mode: ephemeral\n    stopped: { max: 2 }\n`,
    '6:21: pools[0].stopped.max must be 0 where mode is ephemeral: strangers would share a disk',
  ],
  [
    'two workflows on an ephemeral machine',
    `${POOL}    mode: ephemeral\n    workflowsPerAgent: 2\n`,
    '6:24: pools[0].workflowsPerAgent must be 1 where mode is ephemeral: a machine serves one task',
  ],
]

const schedules: readonly Case[] = [
  [
    'a cron that never comes',
    scheduled('{ cron: 0 0 31 2 *, min: 1 }\n'),
    '6:17: pools[0].schedules[0].cron is wrong: "0 0 31 2 *" never comes',
  ],
  [
    'no cron',
    scheduled('cron: every day\n        min: 1\n'),
    '6:15: pools[0].schedules[0].cron must be five fields, like "0 8 * * 1-5": minute, hour, day, month, day of the week; or six, with seconds in front',
  ],
  [
    'a cron of a year',
    scheduled('cron: 0 0 0 1 1 * 2020\n        min: 1\n'),
    '6:15: pools[0].schedules[0].cron must be five fields, like "0 8 * * 1-5": minute, hour, day, month, day of the week; or six, with seconds in front',
  ],
  [
    'an hour that no day has',
    scheduled('cron: 0 25 * * *\n        min: 1\n'),
    '6:15: pools[0].schedules[0].cron is wrong: "0 25 * * *" is no cron expression: Invalid value for hour: 25',
  ],
  ['a cron that is missing', scheduled('min: 1\n'), '6:9: pools[0].schedules[0].cron is missing; set it'],
  [
    'a zone that is not there',
    scheduled('cron: 0 8 * * *\n        timeZone: Europe/Berlln\n        min: 1\n'),
    '7:19: pools[0].schedules[0].timeZone is wrong: "Europe/Berlln" is no time zone; write it like Europe/Berlin, or UTC',
  ],
  [
    'a schedule of nothing',
    scheduled('cron: 0 8 * * *\n'),
    '6:9: pools[0].schedules[0] must have at least one of min, max, buffer',
  ],
  [
    'min over max of a schedule',
    scheduled('cron: 0 8 * * *\n        min: 3\n        max: 2\n'),
    '7:14: pools[0].schedules[0].min must be at most max, which is 2',
  ],
  [
    'min of a schedule over max of the pool',
    scheduled('cron: 0 8 * * *\n        min: 6\n    max: 4\n'),
    '7:14: pools[0].schedules[0].min must be at most max, which is 4, whatever the time',
  ],
]

const texts: readonly Case[] = [
  [
    'a comma in a label',
    `${POOL}    labels: { zone: "a,b" }\n`,
    '5:21: pools[0].labels.zone must have no comma in a label, nor a space in its key; "zone" has',
  ],
  [
    'a variable that is not set',
    `${HETZNER}    hetznercloud: { apiToken: "\${NONE}", serverType: [cx23] }\n`,
    '5:31: pools[0].hetznercloud.apiToken needs NONE, which is not set in the environment',
  ],
  ...[`\${TOK:?must be set}`, `\${HCLOUD-TOKEN}`, `\${A:-\${B}}`, `a\${`].map(
    (text): Case => [
      `what is almost a reference: ${text}`,
      `${HETZNER}    hetznercloud: { apiToken: "${text}", serverType: [cx23] }\n`,
      `5:31: pools[0].hetznercloud.apiToken has a "\${" that begins no reference: those are \${NAME} and \${NAME:-otherwise}, and $\${ is "\${" itself`,
    ],
  ),
  [
    'a file of a secret that is not there',
    `${HETZNER}    hetznercloud: { apiToken: "file:none", serverType: [cx23] }\n`,
    '5:31: pools[0].hetznercloud.apiToken names the file /none, which cannot be read: there is none',
  ],
  [
    "a line break in an agent's variable",
    `${POOL}    agent:\n      env:\n        A: |\n          s3cret\n          two\n`,
    '7:12: pools[0].agent.env.A must have no line break in a value; that of A has',
  ],
]

describe.each([
  ['values', values],
  ['keys', keys],
  ['what settings say of each other', together],
  ['schedules', schedules],
  ['texts', texts],
])('each mistake is a line with its place: %s', (_, cases) => {
  test.each(cases)('%s', async (_what, text, ...lines) => {
    expect(await problemsOf(text)).toEqual(lines.map((line) => `autoscaler.yaml:${line}`))
  })
})

test('all mistakes are told at once, in the order of the file', async () => {
  const lines = await problemsOf(
    `${POOL}    min: x\n    maxx: 3\n  - id: a\n    provider: locl\n    mode: y\n`,
  )
  expect(lines.map((line) => line.split(': ', 1)[0])).toEqual([
    'autoscaler.yaml:5:10',
    'autoscaler.yaml:6:5',
    'autoscaler.yaml:8:15',
    'autoscaler.yaml:9:11',
  ])
})

test('a schedule may want more than the pool has at other times, where another one allows it', async () => {
  const text = scheduled(
    '{ cron: 0 1 * * *, for: 4h, max: 20 }\n      - { cron: 0 2 * * *, for: 1h, min: 15 }\n',
  )
  expect(await problemsOf(text)).toEqual([])
})

test('no problem quotes a secret, or a variable of an agent', async () => {
  const secret = 'hunter2-of-cloud'
  const lines = [
    ...(await problemsOf(`${HETZNER}    hetznercloud: { apiToken: [${secret}], serverType: [cx23] }\n`)),
    ...(await problemsOf(
      `${HETZNER}    hetznercloud: { apiToken: "file:", serverTyp: [x] }\n    agent: { env: { A: [${secret}] } }\n`,
    )),
    ...(await problemsOf(`${POOL}    userData: { registryAuth: ${secret} }\n`)),
    ...(await problemsOf(`${POOL}    agent: { env: { A: "${secret}\\n" } }\n`)),
  ]
  expect(lines.length).toBeGreaterThan(3)
  expect(lines.join('\n')).not.toContain(secret)
})
