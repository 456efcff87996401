import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { pageFiles } from './built/page-files.ts'
import { loadPage, PAGE_POLICY } from './load-page.ts'

const folder = mkdtempSync(join(tmpdir(), 'page-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('the page comes from its sources, small, and with nothing that its policy would refuse', async () => {
  const page = await loadPage()
  const html = new TextDecoder().decode(page.get('/')!.body)
  expect(page.get('/')?.type).toBe('text/html; charset=utf-8')
  expect(new TextDecoder().decode(page.get('/licenses.md')?.body)).toMatch(/uplot.*MIT/is)
  const named = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path)
  expect(named.sort()).toEqual([...page.keys()].filter((path) => path.startsWith('/assets/')).sort())
  expect(html).not.toMatch(/<script(?![^>]* src=)|<style|style="|\son\w+=/)
  expect(PAGE_POLICY).not.toContain('unsafe')
  let bytes = 0
  for (const [path, { body, gzip, br, etag }] of page) {
    expect(gunzipSync(gzip)).toEqual(Buffer.from(body))
    expect(brotliDecompressSync(br)).toEqual(Buffer.from(body))
    expect(etag).toMatch(/^"[\w-]{22}"$/)
    if (path.startsWith('/assets/')) expect(path).toMatch(/-[\w-]{8}\.(js|css)$/)
    bytes += gzip.length
  }
  expect(bytes).toBeLessThan(80_000)
})

test('what was published is taken as it is', async () => {
  const dist = join(folder, 'published/dist')
  mkdirSync(join(dist, 'page/assets'), { recursive: true })
  writeFileSync(join(dist, 'page/index.html'), 'hello')
  writeFileSync(join(dist, 'page/assets/a.js'), '1')
  const files = await pageFiles(dist)
  expect(files.map(({ path, body }) => [path, String(Buffer.from(body))])).toEqual([
    ['assets/a.js', '1'],
    ['index.html', 'hello'],
  ])
})

test('in a checkout it is built once, and again when a source has changed', async () => {
  const checkout = join(folder, 'checkout')
  const real = dirname(import.meta.dirname)
  for (const part of ['src', 'package.json', 'vite.config.ts'])
    cpSync(join(real, part), join(checkout, part), { recursive: true })
  // The real one refers to other packages.
  writeFileSync(join(checkout, 'tsconfig.json'), '{}')
  mkdirSync(join(checkout, 'node_modules'))
  for (const name of ['preact', 'uplot', 'vite', '@preact'])
    symlinkSync(join(real, 'node_modules', name), join(checkout, 'node_modules', name))
  const cache = join(checkout, 'node_modules/.cache/page')
  const first = await pageFiles(join(checkout, 'src'))
  const [kept] = readdirSync(cache)
  writeFileSync(join(cache, kept!, 'index.html'), 'from the cache')
  const again = await pageFiles(join(checkout, 'src'))
  expect(String(Buffer.from(again.find(({ path }) => path === 'index.html')!.body))).toBe('from the cache')
  writeFileSync(join(checkout, 'src/browser/style/tokens.css'), 'body { color: tomato }')
  const changed = await pageFiles(join(checkout, 'src'))
  const styleOf = (files: typeof first) => files.find(({ path }) => path.endsWith('.css'))?.path
  expect(styleOf(changed)).not.toBe(styleOf(first))
  expect(readdirSync(cache)).toHaveLength(1)
  expect(existsSync(join(cache, kept!))).toBe(false)
})
