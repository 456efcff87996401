import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FORGET_SCRIPT_TEXT } from './forget-user-data.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'forget-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** What is left of these files after the script has run on a machine of that cloud. */
function leftOf(files: readonly string[], cloud: string): readonly string[] {
  for (const file of [...files, 'run/cloud-init/cloud-id']) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `${cloud}\n`)
  }
  const script = FORGET_SCRIPT_TEXT.replaceAll(/ \/(?=var|run)|(?<=\(cat )\//g, ` ${folder}/`)
  execFileSync('/bin/sh', ['-c', script])
  return globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'cloud-id')
    .map((entry) => entry.name)
    .sort()
}

const INSTANCE = 'var/lib/cloud/instances/i-1'
const COPIES = [
  `${INSTANCE}/user-data.txt`,
  `${INSTANCE}/user-data.txt.i`,
  `${INSTANCE}/cloud-config.txt`,
  `${INSTANCE}/scripts/runcmd`,
  `${INSTANCE}/scripts/part-001`,
  'run/cloud-init/instance-data-sensitive.json',
]
const STATE = [`${INSTANCE}/sem/config_runcmd`, `${INSTANCE}/datasource`, `${INSTANCE}/vendor-data.txt`]

test.each(['aws', 'hetzner'])(
  'at %s every copy of the user data goes, and what has run stays known',
  (cloud) => {
    expect(leftOf([...COPIES, `${INSTANCE}/obj.pkl`, ...STATE], cloud)).toEqual([
      'config_runcmd',
      'datasource',
      'vendor-data.txt',
    ])
  },
)

test('where the data may be gone at the next boot, the cache of its source stays', () => {
  expect(leftOf([...COPIES, `${INSTANCE}/obj.pkl`], 'nocloud')).toEqual(['obj.pkl'])
})
