import { describe, expect, test } from 'vitest'
import { compileTemplate } from './compile-template.ts'
import { TemplateError } from './template-error.ts'

const input = {
  name: 'pool-1-agent-abc',
  poolId: '1',
  image: 'woodpeckerci/woodpecker-agent:v3.17.0',
  environment: { WOODPECKER_SERVER: 'ci.example:9000', WOODPECKER_AGENT_SECRET: 's=1' },
  labels: { gpu: 'yes' },
}

describe('a template is given what the Go autoscaler gives, and what is ours', () => {
  test.each([
    ['{{ .Image }}', 'woodpeckerci/woodpecker-agent:v3.17.0'],
    ['{{ .Environment.WOODPECKER_SERVER }}', 'ci.example:9000'],
    ['{{ range .PreExec }}x{{ else }}none{{ end }} {{ len .PostExec }}', 'none 0'],
    ['{{.AgentName}} of {{ .PoolID }}', 'pool-1-agent-abc of 1'],
    ['{{ .Labels.gpu }}', 'yes'],
    ['\n#cloud-config\n', '#cloud-config\n'],
  ])('%j', (source, text) => {
    expect(compileTemplate(source)(input)).toBe(text)
  })

  test('a key that reads like a part of every object is no key of a table', () => {
    expect(compileTemplate('{{ .Labels.constructor }} {{ index .Labels "__proto__" }}|')(input)).toBe(
      '<no value> |',
    )
  })
})

describe('what is not supported, or wrong, is refused with its place', () => {
  test.each([
    ['a\nb {{ .Image | quote }}', 2, 15],
    ['a\r\nüb {{ .Nope }}', 2, 7],
    ['{{ .Image\n  .Nope }}', 2, 3],
    ['{{ call .Image }}', 1, 4],
    ['\n  {{ if .Image }}', 2, 3],
    ['{{ end }}', 1, 1],
    ['x {{ .Image', 1, 3],
    ['{{ "abc }}', 1, 4],
    ['{{ .Nope }}', 1, 4],
    ['{{ $x }}', 1, 4],
    ['{{ . }}', 1, 4],
    ['{{ range .Image }}{{ end }}', 1, 10],
    ['{{ range $a, b := .Labels }}{{ end }}', 1, 14],
    ['{{ if .Image }}{{ else }}{{ else }}{{ end }}', 1, 26],
    ['{{ }}', 1, 4],
    ['{{ .Image.Name }}', 1, 4],
    ['{{ printf "%d" .Image }}', 1, 4],
    ['{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}', 1, 17],
    ['{{ range 1000000000 }}x{{ range 1000000000 }}xxxxxxxx{{ end }}{{ end }}', 1, 33],
  ])('%j', (source, line, column) => {
    let thrown: unknown
    try {
      compileTemplate(source)(input)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(TemplateError)
    expect(thrown).toMatchObject({ line, column })
  })

  test('before anything is rendered, where it shows in the template alone', () => {
    expect(() => compileTemplate('{{ if .Labels.none }}{{ .Image | sha256sum }}{{ end }}')).toThrow(
      'line 1, column 34: no function “sha256sum”',
    )
  })

  test('without a value of the environment in the message', () => {
    expect(() => compileTemplate('{{ .Environment.WOODPECKER_AGENT_SECRET.x | len }}')(input)).toThrow(
      /^(?!.*s=1)/,
    )
  })
})
