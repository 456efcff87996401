import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { runInProcess, STILL_PROVIDER } from '../fixtures/in-process.ts'
import { SmallServer } from '../fixtures/small-server.ts'
import { start, urlOf } from './a-run.test-setup.ts'

const taken = new Set<Server>()
afterEach(async () => {
  for (const server of taken) await new Promise((resolve) => server.close(resolve))
  taken.clear()
})

/** A port that another program has; `undefined`: it cannot be had, as somebody has it already. */
async function occupy(port = 0): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', resolve),
  )
  taken.add(server)
  return (server.address() as AddressInfo).port
}

describe('run', () => {
  test('says where its page is, and serves there until it ends', async () => {
    await using server = await SmallServer.start()
    const run = start(server, { WOODPECKER_LISTEN: '127.0.0.1:0' })
    const url = await urlOf(run)
    await vi.waitFor(async () => expect((await fetch(`${url}readyz`)).status).toBe(200), 10_000)
    const metrics = await (await fetch(`${url}metrics`)).text()
    expect(metrics).toMatch(/^woodpecker_autoscaler_\w*call\w*\{.*server.*\} \d/m)
    const { events } = (await (await fetch(`${url}api/v1/events`)).json()) as { events: { text: string }[] }
    expect(events[0]).toMatchObject({ kind: 'process', text: 'the autoscaler has started' })
    expect((await run.stop()).code).toBe(0)
    await expect(fetch(`${url}healthz`)).rejects.toThrow()
  })

  test('is refused where it shall listen at a port that is taken', async () => {
    await using server = await SmallServer.start()
    const port = await occupy()
    const run = start(server, { WOODPECKER_LISTEN: `127.0.0.1:${port}` })
    const { code, err } = await run.stop()
    expect({ code, err }).toEqual({
      code: 2,
      err: `--listen (WOODPECKER_LISTEN, http.listen) is "127.0.0.1:${port}": another program listens there already\n`,
    })
  })

  test('goes on where nobody said where to listen, and the usual port is taken', async () => {
    await using server = await SmallServer.start()
    // Another test, or another program, may have it: that is just as well.
    await occupy(9090).catch(() => {})
    const run = start(server, {})
    await vi.waitFor(() => expect(run.out).toContain('"scaling"'), 10_000)
    expect((await run.stop()).code).toBe(0)
    expect(run.records).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        listen: '127.0.0.1:9090',
        msg: 'there is no page, and no metrics: another program listens there already; name another with --listen',
      }),
    )
  })

  test('listens nowhere where that is said', async () => {
    await using server = await SmallServer.start()
    const run = start(server, { WOODPECKER_LISTEN: 'off' })
    await vi.waitFor(() => expect(run.out).toContain('"scaling"'), 10_000)
    await run.stop()
    expect(run.out).not.toMatch(/page|metrics/)
  })

  test('says that there is nothing but health where it listens beyond this computer without a token', async () => {
    await using server = await SmallServer.start()
    const run = start(server, { WOODPECKER_LISTEN: '0.0.0.0:0' })
    const url = await urlOf(run)
    expect(run.out).toMatch(/"level":"warn".*nothing but \/healthz and \/readyz; set --http-token/)
    const statuses = await Promise.all(
      ['healthz', '', 'metrics'].map(async (path) => (await fetch(url + path)).status),
    )
    expect(statuses).toEqual([200, 403, 403])
    await run.stop()
  })

  test('logs more, or less, when it is told to', async () => {
    await using server = await SmallServer.start()
    const token = 'a-token-of-enough-length'
    const run = start(server, { WOODPECKER_LISTEN: '127.0.0.1:0', WOODPECKER_HTTP_TOKEN: token })
    const url = await urlOf(run)
    const level = async () => {
      const answer = await fetch(`${url}api/v1/log-level`, { headers: { authorization: `Bearer ${token}` } })
      return ((await answer.json()) as { level: string }).level
    }
    run.toggle()
    expect(await level()).toBe('debug')
    await vi.waitFor(() => expect(run.out).toMatch(/"level":"debug".*"msg":"tick"/), 15_000)
    run.toggle()
    expect(await level()).toBe('info')
    expect(run.out).toMatch(
      /"by":"SIGUSR2","level":"debug","msg":"the log level is debug from now on, not info"|the log level is debug from now on/,
    )
    await run.stop()
    expect(run.out).not.toContain(token)
  })
})

test.each([
  [
    'WOODPECKER_LISTEN',
    '9090',
    /^--listen \(WOODPECKER_LISTEN\) is "9090": must be host:port, like 127\.0\.0\.1:9090/,
  ],
  [
    'WOODPECKER_HTTP_TOKEN',
    'short',
    /^--http-token \(WOODPECKER_HTTP_TOKEN\), from WOODPECKER_HTTP_TOKEN, must have at least 16 characters$/,
  ],
  [
    'WOODPECKER_HTTP_TOKEN',
    'with spaces in between',
    /must be letters, digits and signs of ASCII, without spaces$/,
  ],
  ['WOODPECKER_WAKE_SECRET', 'short', /^--wake-secret .* must have at least 16 characters$/],
  [
    'WOODPECKER_ALLOWED_HOSTS',
    'a.example,https://b.example',
    /must be names like ci\.example\.org, without https:\/\/ and port; "https:\/\/b\.example" is none$/,
  ],
])('%s=%s is refused in one line', async (name, value, line) => {
  const { code, out, err } = await runInProcess(['run'], {
    WOODPECKER_TOKEN: 't0ken-t0ken',
    WOODPECKER_PROVIDER: STILL_PROVIDER,
    WOODPECKER_STILL_API_TOKEN: 'c1oud-c1oud',
    [name]: value,
  })
  expect([code, out]).toEqual([2, ''])
  expect(err.trimEnd()).toMatch(line)
  expect(err.trimEnd().split('\n')).toHaveLength(1)
  if (name.endsWith('TOKEN') || name.endsWith('SECRET')) expect(err).not.toContain(`"${value}"`)
})
