import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A file of the page. */
export interface BuiltFile {
  /** From the page's root, for example `assets/page.js`. */
  readonly path: string
  readonly body: Uint8Array
}

/** All files below a folder, in the order of their paths; none where it does not exist. */
export async function readFolder(folder: string): Promise<readonly BuiltFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  return Promise.all(
    paths.sort().map(async (path) => ({
      path: path.slice(folder.length + 1).replaceAll('\\', '/'),
      body: await readFile(path),
    })),
  )
}

/** Writes the whole folder or none of it: another process may be reading, or writing the same. */
export async function writeFolder(folder: string, files: readonly BuiltFile[]): Promise<void> {
  const draft = `${folder}.${process.pid}.draft`
  for (const { path, body } of files) {
    await mkdir(dirname(join(draft, path)), { recursive: true })
    await writeFile(join(draft, path), body)
  }
  try {
    await rename(draft, folder)
  } catch {
    // Another process was first, with the same.
    await rm(draft, { recursive: true, force: true })
  }
}
