#!/usr/bin/env node
// Packs the package in the working directory as it would be published, and checks the tarball: that its
// entries exist, that its types resolve, and nothing but what was built is in it.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'check-pack-'))
try {
  run('pnpm', ['pack', '--pack-destination', folder])
  const [tarball] = readdirSync(folder)
  if (!tarball) throw new Error('pnpm pack made no tarball')
  const path = join(folder, tarball)
  run(join(import.meta.dirname, 'node_modules/.bin/publint'), [path, '--strict'])
  run(join(import.meta.dirname, 'node_modules/.bin/attw'), [path, '--profile', 'esm-only'])
} finally {
  rmSync(folder, { recursive: true })
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: 'inherit' })
}
