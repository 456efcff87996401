import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { agentBinaryPart, wrongBinaryUrl } from './agent-binary.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'agent-binary-'))
  mkdirSync(join(folder, 'programs'))
  program('uname', 'echo aarch64')
  program('id', 'exit 0')
  program('getent', 'exit 2')
  // Notes the address, its last argument, and copies what was prepared to where --output says.
  program(
    'curl',
    `for word; do [ "$last" = --output ] && cp ${folder}/served "$word"; last=$word; done; echo "$last" >${folder}/asked`,
  )
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

function program(name: string, lines: string): void {
  const path = join(folder, 'programs', name)
  writeFileSync(path, `#!/bin/sh\n${lines}\n`)
  chmodSync(path, 0o755)
}

/** Runs the script of that address on a machine that is served `content`; what is installed after it. */
function install(url: string, content: Buffer, digests: readonly string[]): string | undefined {
  writeFileSync(join(folder, 'served'), content)
  const [file] = agentBinaryPart('agent:v3.17.0', url, digests).files
  const target = join(folder, 'installed')
  const script = Buffer.from(file?.content ?? '', 'base64').toString()
  const env = { PATH: `${folder}/programs:/usr/sbin:/usr/bin:/bin`, TMPDIR: folder }
  try {
    execFileSync('/bin/sh', ['-c', script.replaceAll('/usr/local/bin/woodpecker-agent', target)], {
      env,
      stdio: 'pipe',
    })
  } catch {
    // What counts is what is there.
  }
  return existsSync(target) ? readFileSync(target, 'utf8') : undefined
}

const BINARY = Buffer.from('#!/bin/true\n')
const digestOf = (content: Buffer) => createHash('sha256').update(content).digest('hex')

describe('the binary of the agent', () => {
  test("is asked for in the image's version, for the machine's architecture", () => {
    expect(install('https://x.example/{version}/agent_{arch}?a=b', BINARY, [])).toBe('#!/bin/true\n')
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('https://x.example/3.17.0/agent_arm64?a=b\n')
  })

  test('comes out of an archive', () => {
    writeFileSync(join(folder, 'woodpecker-agent'), 'from the archive')
    const archive = execFileSync('tar', ['--create', '--gzip', '--directory', folder, 'woodpecker-agent'])
    expect(install('https://x.example/agent.tar.gz', archive, [digestOf(archive)])).toBe('from the archive')
  })

  test('is installed with one of its digests, in capitals too, and with no other', () => {
    const url = 'https://x.example/agent'
    const other = digestOf(Buffer.from('other'))
    expect(install(url, BINARY, [other])).toBeUndefined()
    expect(install(url, BINARY, [digestOf(BINARY).slice(0, 63)])).toBeUndefined()
    expect(install(url, BINARY, [other, digestOf(BINARY).toUpperCase()])).toBe('#!/bin/true\n')
  })
})

test.each([
  ['https://x.example/{version}/{arch}', [], undefined],
  ['http://x.example/agent', ['ab'.repeat(32)], undefined],
  ['http://x.example/agent', [], 'must be https://, or come with its digest'],
  ['https://x.example/{os}', [], 'must be a URL, with {version} and {arch} as its only braces'],
  ['https://x.example/$(id)', [], 'must be a URL, with {version} and {arch} as its only braces'],
  ['https://x.example/"; id', [], 'must be a URL, with {version} and {arch} as its only braces'],
  ['file:///etc/passwd', [], 'must be a URL, with {version} and {arch} as its only braces'],
])('%s with digests %j: %s', (url, digests, wrong) => {
  expect(wrongBinaryUrl(url, digests)).toBe(wrong)
})
