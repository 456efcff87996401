import { describe, expect, test } from 'vitest'
import { protectDocument } from './protect-document.ts'

/** The parts of a document, read as mail is: headers, an empty line, a body. */
function partsOf(document: string): readonly { readonly headers: string; readonly body: string }[] {
  const boundary = /boundary="([^"]*)"/.exec(document)?.[1] ?? ''
  return document
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [, headers = '', body = ''] = /^\n([\s\S]*?)\n\n([\s\S]*)\n$/.exec(part) ?? []
      return { headers, body }
    })
}

describe("a user's own document gets a part of ours behind it", () => {
  test.each([
    ['#cloud-config\nruncmd:\n- ls\n', 'text/cloud-config'],
    ['#cloud-config\nruncmd:\n- ls', 'text/cloud-config'],
    ['#!/bin/sh\nls\n', 'text/x-shellscript'],
    ['#include\nhttps://example.org/x\n', 'text/x-include-url'],
    ['## template: jinja\n#cloud-config\n{}\n', 'text/jinja2'],
  ])('%j stays as it is', (text, type) => {
    const document = protectDocument(text)
    expect(document).toMatch(/^MIME-Version: 1\.0\n/)
    const [theirs, ours, ...more] = partsOf(document)
    expect(theirs).toEqual({ headers: `Content-Type: ${type}; charset="us-ascii"`, body: text })
    expect(ours?.headers).toContain('text/cloud-boothook')
    expect(more).toEqual([])
  })

  test('also where it has letters beyond ASCII', () => {
    const text = `#cloud-config\nfinal_message: ${'Grüße '.repeat(40)}\n`
    const [theirs] = partsOf(protectDocument(text))
    expect(theirs?.headers).toContain('Content-Transfer-Encoding: base64')
    expect(Buffer.from(theirs?.body ?? '', 'base64').toString('utf8')).toBe(text)
  })

  test('one of several parts becomes a part with parts in it, even one of ours', () => {
    const inner = protectDocument('#!/bin/sh\n')
    const outer = protectDocument(inner)
    const [boundary] = /(?<=boundary=")[^"]*/.exec(outer) ?? []
    expect(inner).not.toContain(`--${boundary}\n`)
    expect(partsOf(outer)[0]?.headers).toMatch(/^MIME-Version: 1\.0\nContent-Type: multipart\/mixed/)
  })

  test('which takes the metadata service away at once, and leaves a unit for later boots', () => {
    const [, ours] = partsOf(protectDocument('#!/bin/sh\n'))
    const hook = ours?.body ?? ''
    expect(hook).toMatch(/^#cloud-boothook\n#!\/bin\/sh\nip route replace blackhole 169\.254\.169\.254\/32\n/)
    expect(hook).toContain('ln -sf ../woodpecker-no-metadata.service multi-user.target.wants/')
    expect(hook).toContain("printf '[Network]\\nManageForeignRoutes=no\\n' >/etc/systemd/networkd.conf.d/")
    expect(hook).toMatch(/systemctl start --no-block .*woodpecker-forget-user-data\.service/)
    // Waiting for a unit here would wait for ever.
    expect(hook).not.toMatch(/systemctl (?:start|enable)(?! --no-block)/)
  })
})
