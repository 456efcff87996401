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

describe('a template renders as in Go', () => {
  test.each([
    ['{{ .Image }}', 'woodpeckerci/woodpecker-agent:v3.17.0'],
    ['{{.AgentName}} of {{ .PoolID }}', 'pool-1-agent-abc of 1'],
    [
      '{{ range $key, $value := .Environment }}{{ $key }}={{ $value }};{{ end }}',
      'WOODPECKER_AGENT_SECRET=s=1;WOODPECKER_SERVER=ci.example:9000;',
    ],
    ['{{ range $v := .Labels }}{{ $v }}{{ end }}', 'yes'],
    ['{{ range .Labels }}{{ . }} of {{ $.PoolID }}{{ end }}', 'yes of 1'],
    ['env:\n  {{- range $k, $v := .Labels }}\n  - {{ $k }}\n  {{- end }}\nend', 'env:\n  - gpu\nend'],
    ['{{ if .Labels.gpu }}gpu{{ else }}cpu{{ end }}', 'gpu'],
    ['{{ if .Labels.none }}a{{ else if .Image }}b{{ else }}c{{ end }}', 'b'],
    ['{{ .Environment.MISSING }}', '<no value>'],
    ['a {{- /* a comment */ -}} b', 'ab'],
    ['{{ "a\\"b" }} {{ `raw` }}', 'a"b raw'],
    ['\n#cloud-config\n', '#cloud-config\n'],
    ['no {curly} }} braces', 'no {curly} }} braces'],
  ])('%j', (source, text) => {
    expect(compileTemplate(source)(input)).toBe(text)
  })

  test('an empty table takes the else of its range', () => {
    const render = compileTemplate('{{ range .Labels }}x{{ else }}none{{ end }}')
    expect(render({ ...input, labels: {} })).toBe('none')
  })
})

describe('what is not supported, or wrong, is refused with its place', () => {
  test.each([
    ['a\nb {{ .Image | quote }}', 2, 13],
    ['{{ printf "%s" .Image }}', 1, 4],
    ['{{ with .Image }}{{ end }}', 1, 4],
    ['\n  {{ if .Image }}', 2, 3],
    ['{{ end }}', 1, 1],
    ['x {{ .Image', 1, 3],
    ['{{ .Nope }}', 1, 4],
    ['{{ $x }}', 1, 4],
    ['{{ .Environment }}', 1, 4],
    ['{{ range .Image }}{{ end }}', 1, 10],
    ['{{ if .Image }}{{ else }}{{ else }}{{ end }}', 1, 26],
    ['{{ }}', 1, 1],
    ['{{ .Image.Name }}', 1, 4],
    ['{{ range $a, b := .Labels }}{{ end }}', 1, 14],
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
})
