import { describe, expect, test } from 'vitest'
import { Rejected } from '../ports/errors.ts'
import { defaultCloudInitOptions } from './cloud-init-options.ts'
import { createUserDataRenderer } from './user-data-renderer.ts'

const SECRET = 's3cret-s3cret'
const inputWith = (environment: Record<string, string>) => ({
  name: 'pool-1-agent-abc',
  poolId: '1',
  image: 'woodpeckerci/woodpecker-agent:v3.17.0',
  environment: { WOODPECKER_SERVER: 'ci.example:9000', WOODPECKER_AGENT_SECRET: SECRET, ...environment },
  labels: {},
})

const COMPOSE = `#cloud-config
write_files:
- path: /root/compose.yml
  content: |
    services:
      agent:
        image: {{ .Image }}
        environment:
          {{- range $key, $value := .Environment }}
          - {{ $key }}={{ $value }}
          {{- end }}
`
const QUOTED = COMPOSE.replace('{{ $key }}={{ $value }}', '{{ printf "%s=%s" $key $value | printf "%q" }}')
const AS_MAP = COMPOSE.replace('- {{ $key }}={{ $value }}', '{{ $key }}: {{ $value }}')
const ENV_FILE = `#cloud-config
write_files:
- path: /etc/agent.env
  content: |
{{- range $key, $value := .Environment }}
    {{ $key }}={{ $value }}
{{- end }}
`

async function check(template: string, environment: Record<string, string>) {
  const renderer = await createUserDataRenderer({ ...defaultCloudInitOptions, template })
  return renderer.check(inputWith(environment)).errors
}

describe('a value that YAML takes for more than a text', () => {
  const broken = ['the value of A does not come through YAML as it is: quote it, {{ printf "%q" … }}']

  test.each(['x: y', 'x #y', 'x:', '* x'])('%j is found out in a list of a file', async (value) => {
    const errors = await check(COMPOSE, { A: value })
    expect(errors).toEqual(/[:#]/.test(value) ? broken : [])
  })

  test.each([
    'x: y',
    'x #y',
    '"x" y',
    "'x",
    '{{ x }}',
    '[x',
    '&x',
    '*x',
    '!x',
    '@x',
    '007',
    '1e3',
    'null',
    '~',
    ' x',
    '- x',
  ])('%j is found out as a value of a map', async (value) => {
    expect(await check(AS_MAP, { A: value })).toEqual(broken)
  })

  test.each(['x: y', 'x #y', '"x" y', '{{ x }}', '007', 'null', ' x ', 'back\\slash', 'ü'])(
    '%j comes through in quotes, and in a file that is no YAML',
    async (value) => {
      expect(await check(QUOTED, { A: value })).toEqual([])
      expect(await check(ENV_FILE, { A: value })).toEqual([])
    },
  )

  test.each([
    'plain',
    '2',
    'true',
    'gpu=yes,place=cellar',
    'ci.example.org:9000',
    'https://x.example/?a=1&b',
    '',
  ])('%j comes through everywhere', async (value) => {
    for (const template of [COMPOSE, QUOTED, AS_MAP, ENV_FILE]) {
      expect(await check(template, { A: value })).toEqual([])
    }
  })

  test('is told by its name alone when an agent is started, as what it is', async () => {
    const { render } = await createUserDataRenderer({ ...defaultCloudInitOptions, template: AS_MAP })
    expect(() => render(inputWith({ PASSWORD: 'hidden: value' }))).toThrow(Rejected)
    expect(() => render(inputWith({ PASSWORD: 'hidden: value' }))).toThrow(/^(?=.*PASSWORD)(?!.*hidden)/)
  })

  test('is found out in brackets too, where a comma is enough', async () => {
    expect(await check('#cloud-config\nruncmd:\n- [echo, {{ .Environment.A }}]\n', { A: 'x,y' })).toEqual(
      broken,
    )
    expect(
      await check('#cloud-config\nruncmd:\n- [echo, {{ .Environment.A }}]\n', { A: 'two words' }),
    ).toEqual([])
  })

  test('is but a warning where the template decides by values', async () => {
    const template =
      '#cloud-config\n{{ if eq .Environment.A "x: y" }}final_message: hi{{ else }}{}{{ end }}\n'
    const renderer = await createUserDataRenderer({ ...defaultCloudInitOptions, template })
    const { errors, warnings } = renderer.check(inputWith({ A: 'x: y' }))
    expect([errors, warnings]).toEqual([[], broken])
  })

  test('is not looked for where the template changes values itself', async () => {
    expect(
      await check('#cloud-config\nfinal_message: {{ .Environment.A | urlquery }}\n', { A: 'x: y' }),
    ).toEqual([])
  })
})

describe('user data', () => {
  test('of a template is protected, unless that is turned off', async () => {
    const template = '#!/bin/sh\necho {{ .AgentName }}\n'
    const on = await createUserDataRenderer({ ...defaultCloudInitOptions, template })
    const off = await createUserDataRenderer({ ...defaultCloudInitOptions, blockMetadata: false, template })
    expect(on.render(inputWith({}))).toContain('blackhole 169.254.169.254/32')
    expect(off.render(inputWith({}))).toBe('#!/bin/sh\necho pool-1-agent-abc\n')
  })

  test('of a template that is no YAML is told without any of it', async () => {
    const errors = await check('#cloud-config\nusers: [{{ .Environment.WOODPECKER_AGENT_SECRET }}\n', {})
    expect(errors).toEqual(['user data cannot be read as YAML'])
  })

  test('that is too large is told with the limit', async () => {
    const { check: checkIt } = await createUserDataRenderer(defaultCloudInitOptions)
    const { errors, bytes } = checkIt(inputWith({}), { bytes: 1000, gzip: false })
    expect(errors).toEqual([`user data has ${bytes} bytes; the cloud takes 1000`])
    expect(checkIt(inputWith({}), { bytes: 16_384, gzip: false }).errors).toEqual([])
  })
})
