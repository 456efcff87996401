import { gunzipSync } from 'node:zlib'

/** Files within files within files: nobody needs more. */
const DEEPEST = 3
const MOST_BYTES = 4 * 1024 * 1024
/** One line, or several of the same text. */
const BASE64 = /[A-Za-z0-9+/]{20,}={0,2}(?:\r?\n[ \t]*[A-Za-z0-9+/]+={0,2})*/g
const GZIP = [0x1f, 0x8b]

/** A document, and each text in it that stands in base64, compressed or not: files, parts of MIME. */
export function documentViews(text: string, depth = 0): readonly string[] {
  if (depth === DEEPEST) return [text]
  const inner = [...text.matchAll(BASE64)].flatMap(([run]) => decoded(run))
  return [text, ...inner.flatMap((view) => documentViews(view, depth + 1))]
}

/** Lines that are comments, to cloud-init or to a shell, say nothing to an agent. */
export function withoutComments(view: string): string {
  return view.replaceAll(/^[ \t]*#.*$/gm, '')
}

function decoded(run: string): readonly string[] {
  const bytes = Buffer.from(run.replaceAll(/\s/g, ''), 'base64')
  const text = bytes[0] === GZIP[0] && bytes[1] === GZIP[1] ? unpacked(bytes) : bytes.toString('utf8')
  // What only looks like base64 (a long word, a secret) is no text when it is decoded.
  return text === undefined || /[^\t\r\n\P{Cc}]|\uFFFD/u.test(text) ? [] : [text]
}

function unpacked(bytes: Uint8Array): string | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES }).toString('utf8')
  } catch {
    return undefined
  }
}
