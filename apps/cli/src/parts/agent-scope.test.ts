import {
  AuthError,
  type CiServer,
  type Log,
  type ScopeSearch,
  silentLog,
  Transient,
} from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { describe, expect, test } from 'vitest'
import { agentScope } from './agent-scope.ts'

const ACME: ScopeSearch = { ok: true, scope: { id: '3', name: 'acme' } }
const pool = { organisation: 'acme', poolId: 'a', spelling: 'flags' } as const

/** A server that answers these one after the other, the last one again and again. */
function serverOf(...answers: readonly (ScopeSearch | Error)[]): CiServer & { asked: number } {
  const server = {
    asked: 0,
    findScope: async () => {
      const answer = answers[Math.min(server.asked++, answers.length - 1)]!
      if (answer instanceof Error) throw answer
      return answer
    },
  }
  return server as unknown as CiServer & { asked: number }
}

describe('the organisation of a pool', () => {
  test('is asked for once, and not at all where there is none', async () => {
    const server = serverOf(ACME)
    expect(await agentScope(pool, server)).toEqual({ id: '3', name: 'acme' })
    expect(await agentScope({ ...pool, organisation: undefined }, server)).toBeUndefined()
    expect(server.asked).toBe(1)
  })

  test.each([
    ['flags', '--organisation (WOODPECKER_ORGANISATION) is "acme": not there'],
    ['file', 'organisation of pool a is "acme": not there'],
  ] as const)('that is not there is told as the setting is known from %s', async (spelling, line) => {
    const server = serverOf({ ok: false, why: 'not there' })
    await expect(agentScope({ ...pool, spelling }, server)).rejects.toThrow(line)
  })

  test('cannot be asked for while the server is away: without patience that is the end', async () => {
    await expect(agentScope(pool, serverOf(new Transient('ECONNREFUSED')))).rejects.toThrow(
      'server: ECONNREFUSED',
    )
  })
})

describe('with patience', () => {
  function waiting(server: CiServer) {
    const clock = new ManualClock()
    const lines: string[] = []
    const log: Log = { ...silentLog, warn: (_, message) => void lines.push(message) }
    const stop = new AbortController()
    const found = agentScope(pool, server, { clock, log, signal: stop.signal })
    found.catch(() => {})
    return { clock, lines, stop, found }
  }

  test('a server that is away is waited for, and each try is told', async () => {
    const away = new Transient('ECONNREFUSED')
    const { clock, lines, found } = waiting(serverOf(away, away, ACME))
    await clock.advance(20_000)
    expect(await found).toEqual({ id: '3', name: 'acme' })
    expect(lines).toEqual(Array(2).fill('server: ECONNREFUSED; trying again'))
  })

  test('it ends when nobody waits any more', async () => {
    const { clock, stop, found } = waiting(serverOf(new Transient('ECONNREFUSED')))
    await clock.advance(5000)
    stop.abort(new Error('stopped'))
    await expect(found).rejects.toThrow('stopped')
  })

  test('a token that does not reach is not tried again', async () => {
    const server = serverOf(new AuthError('no admin'))
    await expect(waiting(server).found).rejects.toThrow('server: no admin')
    expect(server.asked).toBe(1)
  })
})
