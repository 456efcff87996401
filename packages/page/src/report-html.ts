import { createHash } from 'node:crypto'
import type { BuiltFile } from './built/built-file.ts'
import { pageFiles } from './built/page-files.ts'
import type { ReportInput } from './report-input.ts'

/**
 * One HTML file that compares runs: their figures, and the page's timeline of each. It needs nothing else and asks
 * nobody; its own policy lets only its one script and its one style be used.
 */
export async function reportHtml(input: ReportInput): Promise<string> {
  const files = await pageFiles(import.meta.dirname)
  const script = textOf(files, '.js').replaceAll(/<(?=\/script|!--)/gi, '\\x3c')
  const style = textOf(files, '.css').replaceAll(/<(?=\/style)/gi, '\\3c ')
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; img-src data:; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeText(input.title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<noscript>This report needs JavaScript.</noscript>
<script type="application/json" id="report-data">${jsonInHtml(input)}</script>
<script type="module">${script}</script>
</body>
</html>
`
}

/** JSON that means the same, and that no parser of HTML takes for the end of its script. */
export function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}

function textOf(files: readonly BuiltFile[], ending: string): string {
  const found = files.filter(({ path }) => path.endsWith(ending))
  if (found.length !== 1) throw new Error(`the page has ${found.length} files *${ending}, not one`)
  return new TextDecoder().decode(found[0]!.body)
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
