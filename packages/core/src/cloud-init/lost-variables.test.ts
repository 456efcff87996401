import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { UserDataInput } from '../model/user-data.ts'
import { type LostVariable, lostVariables } from './lost-variables.ts'
import { renderCloudInit } from './render-cloud-init.ts'
import { compileTemplate } from './template/compile-template.ts'

const environment = {
  SERVER: 'ci.test:9000',
  SECURE: 'true',
  SLOTS: '2',
  LABELS: 'gpu=yes,size=big',
  RETRY: '0',
}
const input: UserDataInput = {
  name: 'pool-1-agent-a',
  poolId: '1',
  image: 'agent:v3.17.0',
  environment,
  labels: {},
}

const trials = Object.entries(environment).map(([name, value]) => ({
  name,
  isSame: (text: string) => text === value,
  others: [value === 'true' ? 'false' : 'other', ''].map((other) => ({
    ...input,
    environment: { ...environment, [name]: other },
  })),
  ...(name === 'SLOTS' && { otherName: /--max-workflows/ }),
}))

function lostBy(render: (input: UserDataInput) => string): readonly string[] {
  return lostVariables(render, input, trials).map(({ name, how }: LostVariable) => `${name} ${how}`)
}
const lostIn = (template: string) => lostBy(compileTemplate(template))

const loop = (line: string) => `{{ range $k, $v := .Environment }}${line}\n{{ end }}`
const each = (line: (name: string) => string) => Object.keys(environment).map(line).join('\n')
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('a document that passes everything on loses nothing', () => {
  test.each([
    ['a list of Compose', `environment:\n${loop('  - {{ $k }}={{ $v }}')}`],
    ['a map of Compose', `environment:\n${loop('  {{ $k }}: {{ printf "%q" $v }}')}`],
    ['docker run', `docker run ${loop(`--env '{{ $k }}={{ $v }}' \\`)} agent`],
    ['an environment file', `write_files:\n- content: |\n${loop('    {{ $k }}={{ $v }}')}`],
    ['a unit of systemd', `[Service]\n${loop('Environment={{ printf "%q" (printf "%s=%s" $k $v) }}')}`],
    ['variables of a shell', loop('export {{ $k }}="{{ $v }}"')],
    ['JSON', `{"env": { ${loop('"{{ $k }}": {{ printf "%q" $v }},')}"LAST": ""}}`],
    ['pairs of Kubernetes', `env:\n${loop('- name: {{ $k }}\n  value: "{{ $v }}"')}`],
    [
      'a template within',
      `{{ define "one" }}- {{ . }}\n{{ end }}${loop('{{ template "one" (printf "%s=%s" $k $v) }}')}`,
    ],
    ['each by its name', each((name) => `- ${name}={{ .Environment.${name} }}`)],
    ['each by its index', each((name) => `- ${name}={{ index .Environment "${name}" }}`)],
    [
      'through a variable of the shell',
      each((name) => `x_${name}={{ .Environment.${name} }}\nexport ${name}="$x_${name}"`),
    ],
    [
      'a condition',
      `${each((name) => `${name}={{ .Environment.${name} }}`)}\n{{ if .Environment.SECURE }}TLS=1{{ end }}`,
    ],
    [
      'a condition in place of the value',
      `${each((name) => (name === 'SECURE' ? '{{ if eq .Environment.SECURE "true" }}SECURE=true{{ else }}SECURE=false{{ end }}' : `${name}={{ .Environment.${name} }}`))}`,
    ],
    ['a default before it', `- SLOTS=9\n${loop('- {{ $k }}={{ $v }}')}`],
    [
      'a default of a unit, which its file wins over',
      `content: |\n${loop('  {{ $k }}={{ $v }}')}\n[Service]\nEnvironment=SLOTS=9\nEnvironmentFile=/etc/agent`,
    ],
    ['a comment with another value', `${loop('- {{ $k }}={{ $v }}')}\n  # SLOTS=9 would be more`],
    [
      'a fixed value that is ours',
      `${each((name) => `- ${name}={{ .Environment.${name} }}`).replace('{{ .Environment.RETRY }}', '0')}`,
    ],
    [
      'a fixed list that is ours',
      `${each((name) => `- ${name}={{ .Environment.${name} }}`).replace('{{ .Environment.LABELS }}', 'gpu=yes,size=big')}`,
    ],
    [
      'a flag of the program',
      `${each((name) => `- ${name}={{ .Environment.${name} }}`).replace('- SLOTS=', '--max-workflows ')}`,
    ],
  ])('%s', (_, template) => {
    expect(lostIn(template)).toEqual([])
  })

  test('the built-in one, whose files are in base64', () => {
    expect(lostBy(renderCloudInit)).toEqual([])
  })

  test.each([
    ['base64', (text: string) => base64(text)],
    ['lines of base64', (text: string) => base64(text).replaceAll(/.{76}(?=.)/g, '$&\n      ')],
    ['gzip in base64', (text: string) => gzipSync(text).toString('base64')],
    ['base64 within base64', (text: string) => base64(`content: ${base64(text)}\n`)],
  ])('a part in %s', (_, encode) => {
    const render = ({ environment }: UserDataInput) => {
      const file = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`)
      return `#cloud-config\nwrite_files:\n  - encoding: b64\n    content: ${encode(file.join(''))}\n`
    }
    expect(lostBy(render)).toEqual([])
  })
})

describe('a document that does not is told', () => {
  test.each([
    ['one that is left out', loop('{{ if ne $k "LABELS" }}- {{ $k }}={{ $v }}{{ end }}'), ['LABELS missing']],
    [
      'one in a comment alone',
      `${loop('{{ if ne $k "LABELS" }}{{ $k }}={{ $v }}{{ end }}')}# LABELS={{ .Environment.LABELS }}`,
      ['LABELS missing'],
    ],
    [
      'one with a value of its own',
      each((name) => `- ${name}={{ .Environment.${name} }}`).replace('{{ .Environment.SLOTS }}', '4'),
      ['SLOTS replaced'],
    ],
    ['a value of its own after ours', `${loop('- {{ $k }}={{ $v }}')}- SLOTS=4\n`, ['SLOTS replaced']],
    [
      'the same in JSON',
      `{ ${loop('"{{ $k }}": {{ printf "%q" $v }},')}"SECURE": "false"}`,
      ['SECURE replaced'],
    ],
    ['the same with quotes', `${loop('- {{ $k }}={{ $v }}')}-e "RETRY=5m"`, ['RETRY replaced']],
    [
      'more labels than ours',
      each((name) => `${name}={{ .Environment.${name} }}`).replace(
        '{{ .Environment.LABELS }}',
        'gpu=yes,size=big,a=b',
      ),
      ['LABELS replaced'],
    ],
    [
      'a name with a slip',
      each((name) => `- ${name === 'LABELS' ? 'LABEL' : name}={{ .Environment.${name} }}`),
      ['LABELS renamed'],
    ],
    [
      'a value of its own in base64',
      `${loop('{{ if ne $k "SLOTS" }}{{ $k }}={{ $v }}{{ end }}')}content: ${base64('SLOTS=4 # of the image\n')}`,
      ['SLOTS replaced'],
    ],
    ['nothing', 'runcmd: [["true"]]', Object.keys(environment).map((name) => `${name} missing`)],
  ])('%s', (_, template, lost) => {
    expect(lostIn(template)).toEqual(lost)
  })
})
