import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { checkCloudInit } from './check-cloud-init.ts'
import { defaultCloudInitOptions } from './cloud-init-options.ts'
import { ENVIRONMENT_FILE, systemdEnvironmentFile } from './environment-file.ts'
import { renderCloudInit } from './render-cloud-init.ts'

type Environment = Record<string, string>

/** As Docker reads `--env-file`: lines that begin with `#` are comments, the rest is split at the first `=`. */
function readAsDocker(file: string): Environment {
  const variables: Environment = {}
  for (const line of file.split('\n').map((text) => text.replace(/\r$/, '').trimStart())) {
    if (line === '' || line.startsWith('#')) continue
    const equals = line.indexOf('=')
    variables[line.slice(0, equals)] = line.slice(equals + 1)
  }
  return variables
}

/**
 * As systemd reads `EnvironmentFile=`: a value in double quotes goes on to the next one that no backslash
 * precedes; before `"`, `\`, a backtick and `$` the backslash goes, elsewhere it stays.
 */
function readAsSystemd(file: string): Environment {
  const variables: Environment = {}
  const line = /([A-Za-z_]\w*)="((?:[^"\\]|\\[\s\S])*)"\n/y
  while (line.lastIndex < file.length) {
    const match = line.exec(file)
    if (!match) throw new Error('systemd would not read this')
    variables[match[1]!] = match[2]!.replaceAll(/\\([\s\S])/g, (both, letter) =>
      /["\\`$]/.test(letter) ? letter : both,
    )
  }
  return variables
}

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/).filter((text) => text !== '__proto__')
const value = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.constantFrom(
      'a: b',
      'a #b',
      '"',
      "'",
      '{{ .X }}',
      '\\',
      '$HOME',
      '`id`',
      '%n',
      ' x ',
      '# x',
      'a=b',
      '---',
    ),
  )
  .filter((text) => !/\p{Cc}/u.test(text))
const environment = fc.dictionary(name, value, { noNullPrototype: true })

function fileOf(text: string): string {
  // As cloud-init: YAML 1.1, all of the document.
  const { write_files } = parse(text, { version: '1.1' }) as {
    write_files: readonly { path: string; content: string; permissions: string }[]
  }
  const file = write_files.find(({ path }) => path === ENVIRONMENT_FILE)
  expect(file?.permissions).toBe('0600')
  return Buffer.from(file?.content ?? '', 'base64').toString('utf8')
}

const input = { name: 'pool-1-agent-a', poolId: '1', image: 'agent:v3.17.0', labels: {} }

describe('whatever the environment, what the agent gets is equal, and the document is plain YAML', () => {
  test.each([
    ['container', readAsDocker],
    ['binary', readAsSystemd],
  ] as const)('for the agent as a %s', (agentMode, readBack) => {
    fc.assert(
      fc.property(environment, (variables) => {
        const text = renderCloudInit(
          { ...input, environment: variables },
          { ...defaultCloudInitOptions, agentMode },
        )
        expect(checkCloudInit(text, { bytes: Number.POSITIVE_INFINITY, gzip: false })).toEqual([])
        expect(readBack(fileOf(text))).toEqual(variables)
      }),
    )
  })
})

describe('a value that cannot be passed on is refused, by its name', () => {
  test.each(['a\nb', 'a\rb', 'a\0b', '\u001b[1m', '\u0085', '\ud800'])('%j by systemd', (text) => {
    expect(() => systemdEnvironmentFile({ SECRET: text })).toThrow(/^the value of SECRET (?!.*a.b)/)
  })

  test('what a shell would act on is escaped all the same', () => {
    expect(systemdEnvironmentFile({ A: '$HOME `id` "\\' })).toBe('A="\\$HOME \\`id\\` \\"\\\\"\n')
  })

  test('a tab is no such value', () => {
    expect(readAsSystemd(systemdEnvironmentFile({ A: 'x\ty' }))).toEqual({ A: 'x\ty' })
  })
})
