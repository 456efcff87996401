import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** Another one means that one of the files has another content than before, or came, or went. */
export function stampOf(paths: Iterable<string>): string {
  const hash = createHash('sha256')
  for (const path of new Set(paths)) hash.update(`${path}\0${contentOf(path)}\0`)
  return hash.digest('hex')
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return 'none'
  }
}
