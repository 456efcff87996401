import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '@woodpeckers/autoscaler-core'
import type { Mutant, Sighting } from './mutant.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const HANGS_AFTER_MS = 300_000

interface TestResults {
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/**
 * The first test that fails with the bug in the engine.
 *
 * @param mutant `undefined`: the engine as it is
 * @param files only those tests whose path has this in it
 */
export async function askTests(mutant: Mutant | undefined, files = ''): Promise<Sighting | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'))
  const out = join(folder, 'results.json')
  try {
    const how = await runVitest(mutant, out, files)
    if (how === 'hung') return { by: { tests: files }, what: 'they never come to an end' }
    if (how === 'passed') return undefined
    return firstFailure(JSON.parse(readFileSync(out, 'utf8')) as TestResults)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function runVitest(
  mutant: Mutant | undefined,
  out: string,
  files: string,
): Promise<'passed' | 'failed' | 'hung'> {
  const options = ['--config=vitest.mutants.config.ts', '--bail=1', '--reporter=json', `--outputFile=${out}`]
  const child = spawn('node_modules/.bin/vitest', ['run', ...options, files], {
    cwd: root,
    env: { ...process.env, MUTANT: JSON.stringify(mutant ?? null) },
    stdio: 'ignore',
    // A group of its own, so that its workers can be ended with it.
    detached: true,
  })
  return new Promise((resolve, reject) => {
    const cancel = systemClock.startTimer(HANGS_AFTER_MS, () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      resolve('hung')
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      cancel()
      resolve(code === 0 ? 'passed' : 'failed')
    })
  })
}

/** @throws Error where no test has failed: then it was not the bug that ended the run */
function firstFailure({ testResults }: TestResults): Sighting {
  for (const { name, assertionResults } of testResults) {
    const failed = assertionResults.find(({ status }) => status === 'failed')
    if (failed) return { by: { tests: relative(root, name) }, what: failed.fullName }
  }
  throw new Error(`the tests could not be run: ${testResults.map(({ message }) => message).join('; ')}`)
}
