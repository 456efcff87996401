import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type BuiltFile, readFolder, writeFolder } from './built-file.ts'

/**
 * The files of the page: as they were published; in a checkout, where sources run as they are, built at the first
 * call and kept until a source changes.
 *
 * @param ownFolder where the sources, or what was built of them, are: `src` or `dist`
 */
export async function pageFiles(ownFolder: string): Promise<readonly BuiltFile[]> {
  const published = await readFolder(join(ownFolder, 'page'))
  if (published.length > 0) return published
  const packageFolder = dirname(ownFolder)
  const cache = join(packageFolder, 'node_modules/.cache/page')
  const kept = join(cache, await digestSources(packageFolder))
  const known = await readFolder(kept)
  if (known.length > 0) return known
  // A computed name: what is published neither has this file nor needs vite.
  const { buildPage }: typeof import('./build-page.ts') = await import(
    new URL('./build-page.ts', import.meta.url).href
  )
  const files = await buildPage(packageFolder)
  await keep(kept, files)
  return files
}

/**
 * A folder that cannot be written only costs the next start some time. What was built of other sources goes; of the
 * same ones another process may be reading.
 */
async function keep(folder: string, files: readonly BuiltFile[]): Promise<void> {
  try {
    await writeFolder(folder, files)
    const cache = dirname(folder)
    for (const name of await readdir(cache))
      if (!name.startsWith(basename(folder))) await rm(join(cache, name), { recursive: true, force: true })
  } catch {}
}

async function digestSources(packageFolder: string): Promise<string> {
  const digest = createHash('sha256')
  const sources = await readFolder(join(packageFolder, 'src/browser'))
  for (const { path, body } of sources) {
    if (!path.includes('.test.')) digest.update(`${path}\0${body.length}\0`).update(body)
  }
  // The versions of what is bundled, and how.
  for (const path of ['package.json', 'vite.config.ts'])
    digest.update(await readFile(join(packageFolder, path)))
  return digest.digest('hex').slice(0, 24)
}
