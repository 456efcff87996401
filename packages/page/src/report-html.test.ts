import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { jsonInHtml, reportHtml } from './report-html.ts'
import { emptyFleet } from './testing/fleets.ts'

const evil = '</script><script>alert(1)</script><!--'

test('data from outside stays data: no text of it ends its script', async () => {
  const { history } = await emptyFleet(1_000_000_000)
  const html = await reportHtml({
    title: evil,
    summaryRows: [evil],
    runs: [{ name: evil, history, summary: { [evil]: evil } }],
  })
  expect(html).not.toContain('alert(1)</script>')
  expect(html.match(/<script/g)).toHaveLength(2)
  expect(html.match(/<\/script/g)).toHaveLength(2)
  const data = html.match(/id="report-data">(.*)<\/script>\n<script/)![1]!
  expect(JSON.parse(data)).toMatchObject({ title: evil, runs: [{ name: evil, summary: { [evil]: evil } }] })
})

test('its policy lets its own script and style be used, by what is in them, and nothing else', async () => {
  const html = await reportHtml({ title: 't', summaryRows: [], runs: [] })
  const policy = html.match(/content-security-policy" content="([^"]+)"/)![1]!
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const script = html.slice(html.indexOf('<script type="module">') + 22, html.lastIndexOf('</script>'))
  const style = html.slice(html.indexOf('<style>') + 7, html.indexOf('</style>'))
  expect(policy).toContain(`script-src ${hash(script)}`)
  expect(policy).toContain(`style-src ${hash(style)}`)
  expect(policy).toContain("default-src 'none'")
  expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org)/)
})

test('JSON within HTML means the same', () => {
  const value = { '<': ['</script>', '<!--', 'é\u2028'] }
  expect(jsonInHtml(value)).not.toContain('<')
  expect(JSON.parse(jsonInHtml(value))).toEqual(value)
})
