import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { STILL_PROVIDER } from './fixtures/in-process.ts'

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

/** A server that is never there: `run` goes on asking for it. */
const RUN = `WOODPECKER_STILL_API_TOKEN=x $bin run --provider='${STILL_PROVIDER}' --server-url=http://127.0.0.1:9 --server-token=x --grpc-addr=ci.example.org:9000 --grpc-secure --reconciliation-interval=1s --listen=127.0.0.1:0`

test('SIGHUP without a config file, and SIGUSR1, end nothing, and open no debugger', async () => {
  const { code, out, err } = await shell(`
    ${RUN} > log 2> err & run=$!
    until grep -q 'cannot be read' log; do sleep 0.2; done
    kill -HUP $run; kill -USR1 $run
    until grep -q SIGHUP log; do sleep 0.2; done
    kill -0 $run && echo alive
    kill -TERM $run; wait $run; echo "code $?"
    grep -o 'SIGHUP: there is no config file to read again' log; cat err >&2`)
  expect({ code, out }).toEqual({
    code: 0,
    out: 'alive\ncode 0\nSIGHUP: there is no config file to read again\n',
  })
  expect(err).not.toMatch(/debugger/i)
}, 60_000)

test('run ends with an error when nobody reads its log any more, and says so', async () => {
  const { err, out } = await shell(`( ${RUN}; echo "code $?" >&2 ) | head -n 1 > /dev/null`)
  expect(out).toBe('')
  expect(err).toMatch(/what it said could not be written: nobody reads it any more \(EPIPE\)\ncode 1\n$/)
}, 60_000)

test('without a working directory there is one line', async () => {
  expect(await shell('mkdir d && cd d && rmdir ../d && $bin plan 2>&1 | tail -n 1')).toMatchObject({
    out: 'woodpecker-autoscaler: the working directory does not exist any more: change to one that does\n',
  })
}, 30_000)

test('a .env that cannot be read is one line and exit 2', async () => {
  const { code, err } = await shell('mkdir .env; $bin plan')
  expect({ code, err }).toEqual({
    code: 2,
    err: expect.stringMatching(/^\.env cannot be read: EISDIR[^\n]*\n$/),
  })
}, 30_000)
