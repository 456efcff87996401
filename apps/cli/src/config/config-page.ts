import { describeSettings, type ProviderDefinition } from '@woodpeckers/autoscaler-core'
import { cliSchema } from '../settings/cli-schema.ts'
import { type FileKey, poolKeys, stepsOf } from './file-keys.ts'
import { fileNode, type JsonNode } from './file-schema.ts'
import { keyTable, otherwiseOf } from './key-table.ts'
import { keysForFlags } from './setting-names.ts'

/** What the page is written with. */
export const WRITE_PAGE = 'pnpm config:docs'

/** `docs/config.md`: every key of the file, with these providers. */
export function configPage(definitions: readonly ProviderDefinition[]): string {
  const { server, defaults, pools, ...process } = fileNode(definitions).properties ?? {}
  const pool = pools?.items ?? {}
  const names = definitions.map(({ name }) => name)
  // Said by the pool or by the defaults, but said.
  const required = [...(pool.required ?? []), 'provider']
  const own = Object.entries(pool.properties ?? {}).filter(([key]) => !names.includes(key))
  const { schedules } = pool.properties ?? {}
  return [
    INTRO,
    otherDefaults(pool),
    section('server', server?.description, keyTable(server ?? {})),
    section('At the top', 'For the whole process', keyTable({ properties: process })),
    section('defaults', defaults?.description, 'Every key of a pool but `id`.'),
    section(
      'pools',
      'A list; each pool has these',
      keyTable({ ...pool, required, properties: Object.fromEntries(own) }),
    ),
    section('schedules of a pool', schedules?.description, keyTable(schedules?.items ?? {})),
    ...definitions.map((definition) => providerSection(definition, pool)),
  ].join('\n')
}

function section(title: string, about: string | undefined, body: string): string {
  return `## ${title}\n\n${about === undefined ? '' : `${about}.\n\n`}${body}\n`
}

function providerSection({ name, options }: ProviderDefinition, pool: JsonNode): string {
  const inKeys = keysForFlags(describeSettings(options, name))
  // What a pool may leave to the defaults is needed all the same.
  const { required = [] } = options.toJSONSchema({ io: 'input', unrepresentable: 'any' })
  const node: JsonNode = { ...pool.properties?.[name], required }
  return section(
    name,
    `Settings of the provider, in a section \`${name}\` of the pool or of the defaults`,
    inKeys(keyTable(node)),
  )
}

/** Settings that flags and environment have with another default, as the Go autoscaler does. */
function otherDefaults(pool: JsonNode): string {
  const flags = describeSettings(cliSchema)
  const rows = Object.entries<FileKey>(poolKeys).flatMap(([key, fileKey]) => {
    const [first = '', second] = stepsOf(fileKey)
    const top = pool.properties?.[first]
    const inFile = otherwiseOf((second === undefined ? top : top?.properties?.[second]) ?? {})
    const { flag, defaultText } = flags.find((setting) => setting.key === key) ?? {}
    if (inFile === '' || defaultText === undefined || isSame(inFile, defaultText)) return []
    return [`| \`${fileKey.path}\` | ${inFile} | \`${flag}\`: ${defaultText} |`]
  })
  return `## Other defaults than those of flags

Flags and environment keep what users of the Go autoscaler are used to; a file has what costs less.

| key | in a file | as a flag |
| --- | --- | --- |
${rows.join('\n')}
`
}

function isSame(one: string, other: string): boolean {
  return one.replaceAll(', ', ',') === other.replaceAll(', ', ',')
}

const INTRO = `<!-- Made from the schema by \`${WRITE_PAGE}\`. -->
# autoscaler.yaml

One file for any number of pools, at any number of clouds and accounts, in one process. It is the one that \`--config\` or
\`WOODPECKER_AUTOSCALER_CONFIG\` names; nothing is looked for anywhere else. With it, flags and environment say nothing but
\`--log-level\`, \`--health-file\`, \`--events-file\` and \`--listen\`, which win over the file. [Five to start from](../examples/configs) are run by tests.

- **Look before**: \`config validate\` says all that is wrong, with line and column; \`config print\` shows what counts in the end, secrets
  hidden; \`plan\` says what would be done. \`config schema\` prints a JSON schema for editors.
- **Variables**: \`\${NAME}\`, or \`\${NAME:-otherwise}\`, within any value; one that is not set is an error. \`$\${\` is \`\${\` itself. Quote it
  between braces or brackets: \`{ token: "\${TOKEN}" }\`.
- **Files**: a secret, or a template of user data, may be \`file:/run/secrets/token\`; a relative path is one from the folder of this file. Templates are taken as
  they are: in them \`\${…}\` is the shell's.
- **Values**: durations are written \`90s\`, \`10m\`, \`1h30m\`; money \`6 EUR\`. Keys that begin with \`x-\` at the top are places for anchors. What begins
  with \`!\`, as labels that agents demand of tasks do, must be quoted.
- **Changes** of the file, and of those that it names, are taken between two looks, at the latest at SIGHUP. A file with a mistake is refused whole, with its
  line, and all goes on as before; where a cloud that a change needs is away, it is tried again each minute. A pool that was taken out is drained, then forgotten. \`server\`, \`http\`, \`stateFile\`,
  \`healthFile\`, \`eventsFile\` and \`logLevel\` need a restart.
`
