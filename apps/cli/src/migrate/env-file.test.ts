import { describe, expect, test } from 'vitest'
import { parseEnvFile } from './env-file.ts'

describe('a line of an env file', () => {
  test.each([
    ['A=b', { A: 'b' }],
    ['  A = b  ', { A: 'b' }],
    ['export A=b', { A: 'b' }],
    ['A=', { A: '' }],
    ['A=b # why', { A: 'b' }],
    ['A=b#c', { A: 'b#c' }],
    ['A=x=y', { A: 'x=y' }],
    ['# A=b\n\n \t\nB=c', { B: 'c' }],
    ["A='b # c'", { A: 'b # c' }],
    ['A="b\\nc \\"d\\"" # why', { A: 'b\nc "d"' }],
    ['A="#cloud-config\nruncmd: []\n"\nB=c', { A: '#cloud-config\nruncmd: []\n', B: 'c' }],
    ['\uFEFFA=b\r\nB=c\r\n', { A: 'b', B: 'c' }],
    ['A=b\nA=c', { A: 'c' }],
    ['', {}],
  ])('%j is %j', (text, env) => {
    expect(parseEnvFile(text, '.env')).toMatchObject({ ok: true, env })
  })

  test.each([
    ['A=b\nthis is none\nB=c', '.env:2: must be NAME=value, or a comment with #'],
    ['A 5', '.env:1: must be NAME=value, or a comment with #'],
    ['=b', '.env:1: must be NAME=value, or a comment with #'],
    ['\n\nWOODPECKER_TOKEN="s3cret', '.env:3: WOODPECKER_TOKEN has a quote that is not closed'],
    ["A='b' c", '.env:1: A has a quote that is not closed'],
  ])('%j is refused with its number, and without its value', (text, line) => {
    expect(parseEnvFile(text, '.env')).toEqual({ ok: false, problems: [line] })
  })

  test('each broken line is told', () => {
    expect(parseEnvFile('a b\nA=1\nc d', 'x.env')).toMatchObject({
      problems: [expect.stringMatching(/^x\.env:1: /), expect.stringMatching(/^x\.env:3: /)],
    })
  })
})
