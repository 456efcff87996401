import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { selfDestructScript } from './self-destruct.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'self-destruct-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

function program(name: string, lines: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`)
  chmodSync(join(folder, name), 0o755)
}

/** One look at a machine up for so long, whose agent answers like that; whether it was shut down. */
function look(upSeconds: number, answer: string | undefined, agentIsActive = true): boolean {
  program('curl', answer === undefined ? 'exit 7' : `echo '${answer}'`)
  program(
    'systemctl',
    `case "$1" in is-active) exit ${agentIsActive ? 0 : 3} ;; poweroff) touch ${join(folder, 'off')} ;; esac`,
  )
  writeFileSync(join(folder, 'uptime'), `${upSeconds}.25 100.00\n`)
  const script = selfDestructScript(3600, 3000)
    .replaceAll('/run/', `${folder}/`)
    .replaceAll('/proc/uptime', join(folder, 'uptime'))
  execFileSync('/bin/sh', ['-c', script], { env: { PATH: `${folder}:/usr/bin:/bin` } })
  return existsSync(join(folder, 'off'))
}

const IDLE = '{"polling_count":2,"running_count":0,"running":{}}'
const BUSY = '{"polling_count":1,"running_count":1,"running":{"7":{"repo":"a/b"}}}'

describe('a machine shuts itself down', () => {
  test('when its agent was idle for so long, and not before', () => {
    expect(look(60, IDLE)).toBe(false)
    expect(look(3600, IDLE)).toBe(false)
    expect(look(3660, IDLE)).toBe(true)
  })

  test('counting anew from each time that it worked', () => {
    look(60, IDLE)
    expect(look(3700, BUSY)).toBe(false)
    expect(look(3760, IDLE)).toBe(false)
    expect(look(7300, IDLE)).toBe(false)
    expect(look(7360, IDLE)).toBe(true)
  })

  test('when there is no agent, and never while one lives that does not answer', () => {
    look(60, undefined)
    expect(look(9000, undefined)).toBe(false)
    look(9060, undefined, false)
    expect(look(12_700, undefined, false)).toBe(true)
  })

  test('leaving no more behind than since when', () => {
    look(60, IDLE)
    expect(readFileSync(join(folder, 'woodpecker-self-destruct.since'), 'utf8')).toBe('60\n')
  })
})
