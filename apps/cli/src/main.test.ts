import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const BIN = join(import.meta.dirname, '../bin/woodpecker-autoscaler.js')

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'main-'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

/** In a shell, with `$bin` for the program: pipes and devices behave as they do there. */
function shell(
  script: string,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', bin: `${process.execPath} ${BIN}` }
    execFile('sh', ['-c', script], { cwd, env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })
}

test('all of a long output comes through a pipe', async () => {
  const { out } = await shell(
    '$bin config schema > whole; $bin config schema | cat > piped; wc -c < whole; wc -c < piped',
  )
  const [whole, piped] = out.trim().split(/\s+/).map(Number)
  expect(whole).toBeGreaterThan(65_536)
  expect(piped).toBe(whole)
}, 30_000)

test('a reader that leaves early is no error', async () => {
  expect(await shell('$bin config schema | head -n 1')).toEqual({ code: 0, out: '{\n', err: '' })
}, 30_000)

test.runIf(process.platform === 'linux')(
  'an output that cannot be written is one line and no success',
  async () => {
    const { code, err } = await shell('$bin config schema > /dev/full')
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(
        /^woodpecker-autoscaler: what it said could not be written: ENOSPC: [^\n]*\n$/,
      ),
    })
  },
  30_000,
)
