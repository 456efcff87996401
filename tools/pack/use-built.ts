// Makes a deployed program (pnpm deploy) run from what was built: pnpm swaps in `publishConfig.exports` only where it
// packs, and a deployment has no sources.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('which folder? use-built.ts <folder>')

useBuilt(folder)
const store = join(folder, 'node_modules/.pnpm')
for (const entry of readdirSync(store)) {
  const ours = join(store, entry, 'node_modules/@woodpeckers')
  if (!existsSync(ours)) continue
  for (const name of readdirSync(ours)) useBuilt(join(ours, name))
}

function useBuilt(project: string): void {
  const path = join(project, 'package.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  const { publishConfig } = manifest
  if (!publishConfig?.exports) return
  writeFileSync(path, `${JSON.stringify({ ...manifest, exports: publishConfig.exports }, undefined, 2)}\n`)
}
