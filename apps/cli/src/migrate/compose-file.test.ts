import { describe, expect, test } from 'vitest'
import { parseComposeFile } from './compose-file.ts'
import { interpolate } from './interpolate.ts'

const read = (text: string, env: Record<string, string> = {}, service?: string) =>
  parseComposeFile(text, { name: 'docker-compose.yml', env, service })

const SERVER = 'services:\n  server: { environment: { WOODPECKER_HOST: x } }\n'

describe('the environment of a service', () => {
  test.each([
    ['a list', '    environment:\n      - WOODPECKER_PROVIDER=aws\n      - A=x=y\n'],
    ['a map', '    environment:\n      WOODPECKER_PROVIDER: aws\n      A: x=y\n'],
  ])('may be %s', (_, environment) => {
    expect(read(`${SERVER}  scaler:\n${environment}`)).toMatchObject({
      ok: true,
      env: { WOODPECKER_PROVIDER: 'aws', A: 'x=y' },
    })
  })

  test('takes in what stands at an anchor', () => {
    const text = `x-all: &all { A: b }\n${SERVER}  scaler: { environment: { <<: *all, WOODPECKER_PROVIDER: aws, N: 3 } }\n`
    expect(read(text)).toMatchObject({ env: { A: 'b', WOODPECKER_PROVIDER: 'aws', N: '3' } })
  })

  test('is filled in from around, and what is not there has its line', () => {
    const text = `${SERVER}  picus:\n    environment:\n      - PICUS_WOODPECKER_TOKEN=\${TOKEN}\n      - PICUS_HCLOUD_ID\n      - PICUS_HCLOUD_LOCATION=\${PLACE:-nbg1}\n`
    const result = read(text, { PICUS_HCLOUD_ID: 'mine' })
    expect(result).toMatchObject({ env: { PICUS_HCLOUD_ID: 'mine', PICUS_HCLOUD_LOCATION: 'nbg1' } })
    expect(result.ok && [...result.unresolved]).toEqual([
      [
        'PICUS_WOODPECKER_TOKEN',
        'docker-compose.yml:5: PICUS_WOODPECKER_TOKEN needs TOKEN, which is not set here; set it, or write its value',
      ],
    ])
  })

  test('is that of the service that is named', () => {
    const two = `services:\n  a: { environment: { WOODPECKER_PROVIDER: aws } }\n  b: { environment: { WOODPECKER_PROVIDER: local } }\n`
    expect(read(two, {}, 'b')).toMatchObject({ env: { WOODPECKER_PROVIDER: 'local' } })
    expect(read(two)).toEqual({
      ok: false,
      problems: ['docker-compose.yml: say which service, with --service: a, b'],
    })
    expect(read(two, {}, 'c')).toMatchObject({ problems: ['--service is "c": docker-compose.yml has a, b'] })
  })

  test('may have more in a file besides, which is told', () => {
    const text = 'services:\n  a: { env_file: .env, environment: { WOODPECKER_PROVIDER: aws } }\n'
    expect(read(text)).toMatchObject({ remarks: [expect.stringMatching(/^env_file of a was not looked at/)] })
  })

  test.each([
    [SERVER, /^docker-compose\.yml: no service has PICUS_… variables or WOODPECKER_PROVIDER/],
    ['version: "3"\n', /^docker-compose\.yml: has no services/],
    ['services:\n  a: [', /^docker-compose\.yml:2: /],
    [
      'services:\n  a:\n    environment: 3\n',
      /^docker-compose\.yml:3: environment of a must be a list or a map/,
    ],
  ])('%j is refused', (text, line) => {
    const service = text.includes('environment: 3') ? 'a' : undefined
    expect(read(text, {}, service)).toEqual({ ok: false, problems: [expect.stringMatching(line)] })
  })
})

test.each([
  [`$A/\${A}`, 'a/a', []],
  [`$$A \${E:-x} \${E-x} \${N-y}`, '$A x  y', []],
  [`\${A:+yes}\${N:+no}`, 'yes', []],
  [`\${N:?must be}`, '', ['N']],
  ['$N', '', ['N']],
])('%s becomes %j, and lacks %j', (text, filled, missing) => {
  expect(interpolate(text, { A: 'a', E: '' })).toEqual({ text: filled, missing })
})

test('what stands in place of a variable may hold others', () => {
  const text = `\${CI_URL:-https://\${DOMAIN}/ci}`
  expect(interpolate(text, { DOMAIN: 'example.org' })).toEqual({
    text: 'https://example.org/ci',
    missing: [],
  })
  expect(interpolate(text, { CI_URL: 'https://ci' })).toEqual({ text: 'https://ci', missing: [] })
  expect(interpolate(text, {}).missing).toEqual(['DOMAIN'])
})
