import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import type { BuiltFile } from './built/built-file.ts'
import { pageFiles } from './built/page-files.ts'

/** A file of the page, ready to be sent. */
export interface PageFile {
  /** The value of `content-type`. */
  readonly type: string
  readonly body: Uint8Array
  readonly gzip: Uint8Array
  readonly br: Uint8Array
  /** The value of `etag`, quotes included. */
  readonly etag: string
}

/**
 * What the page's files may do in a browser, as the value of `content-security-policy`: nothing but load each other
 * and ask where they came from.
 */
export const PAGE_POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
}

/**
 * The page by path, `/` first; `/licenses.md` is of what is bundled. Those below `/assets/` have a hash of what is in
 * them in their names: they may be cached for ever. Reads or builds and compresses each time it is called, some hundred milliseconds: keep the answer.
 */
export async function loadPage(): Promise<ReadonlyMap<string, PageFile>> {
  const files = await pageFiles(import.meta.dirname)
  const entries = files.map(async (file) => {
    const path = file.path === 'index.html' ? '/' : `/${file.path}`
    return [path, await compress(file)] as const
  })
  return new Map((await Promise.all(entries)).sort(([one], [other]) => one.localeCompare(other)))
}

async function compress({ path, body }: BuiltFile): Promise<PageFile> {
  const [zipped, br] = await Promise.all([promisify(gzip)(body), promisify(brotliCompress)(body)])
  return {
    type: types[path.split('.').at(-1)!] ?? 'application/octet-stream',
    body,
    gzip: zipped,
    br,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
  }
}
