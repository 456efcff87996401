import { noOrders } from '@woodpeckers/autoscaler-core'
import { describe, expect, test } from 'vitest'
import { ServedSite, TOKEN } from './a-site.test-setup.ts'

describe('the name by which it is asked', () => {
  // `ü.ü` is longer in a URL's own spelling, by as much as what follows it here: so a path can hide in a host.
  const hidden = (path: string): string => {
    for (let words = 1; ; words++) {
      const name = Array(words).fill('ü').join('.')
      const grown = new URL(`http://${name}`).hostname.length - name.length
      if (grown > path.length) return `${name}${path}?`.padEnd(name.length + grown, 'x')
    }
  }

  test.each([
    ['GET /healthz', '/metrics', 'woodpecker_up'],
    ['GET /readyz', '/api/v1/status', 'verdict'],
    ['PUT /healthz', '/api/v1/orders/pause/all', 'paused'],
  ])('%s with %s hidden in it is no way around the token', async (line, path, secret) => {
    await using site = await ServedSite.open({ token: TOKEN })
    const head = `${line} HTTP/1.1\r\nHost: ${hidden(path)}\r\nConnection: close\r\n\r\n`
    const answer = await site.raw(head, 'latin1')
    expect(answer).not.toContain(secret)
    expect(site.told.orders).toBe(noOrders)
  })

  test('is not needed for health: the oldest probes give none', async () => {
    await using site = await ServedSite.open({ token: TOKEN })
    expect(await site.raw('GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /)
    expect(await site.raw('GET /metrics HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /)
  })
})
