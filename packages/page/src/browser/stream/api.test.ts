import { expect, test } from 'vitest'
import { createApi, Refused } from './api.ts'

const signal = new AbortController().signal

/** An API of a server that always answers the same, and what it was asked. */
function apiOf(answer: (signal: AbortSignal) => Response | Promise<Response>, token?: string) {
  const patience = new AbortController()
  const asked: { readonly path: string; readonly authorization: string | null }[] = []
  const api = createApi(
    () => token,
    async (path, init) => {
      asked.push({ path, authorization: new Headers(init.headers).get('authorization') })
      return answer(init.signal!)
    },
    { limit: () => patience.signal },
  )
  return { api, asked, patience }
}

test('the token goes with each request, where there is one', async () => {
  const withToken = apiOf(() => Response.json({}), 'abc')
  await withToken.api.status(signal)
  const without = apiOf(() => Response.json({}))
  await without.api.status(signal)
  expect(withToken.asked).toEqual([{ path: '/api/v1/status', authorization: 'Bearer abc' }])
  expect(without.asked).toEqual([{ path: '/api/v1/status', authorization: null }])
})

test('names and questions cannot leave their place in the path', async () => {
  const { api, asked } = apiOf(() => Response.json({}))
  await api.machine('../status?x=1#y', signal)
  await api.explain('acme/app#12 & more', signal)
  expect(asked.map(({ path }) => path)).toEqual([
    '/api/v1/machines/..%2Fstatus%3Fx%3D1%23y',
    '/api/v1/explain?task=acme%2Fapp%2312%20%26%20more',
  ])
})

test('an answer that never comes is not waited for without end, but a stream may be quiet', async () => {
  const never = apiOf(
    (its) => new Promise((_, reject) => its.addEventListener('abort', () => reject(its.reason))),
  )
  const status = never.api.status(signal)
  never.patience.abort(new Error('it took too long'))
  await expect(status).rejects.toThrow('it took too long')

  const quiet = apiOf((its) => {
    expect(its).toBe(signal)
    return new Response(new ReadableStream())
  })
  await quiet.api.stream(signal)
})

test.each([
  [401, '{"error":"the token is missing or wrong"}', 'the token is missing or wrong'],
  [503, 'try later', 'try later'],
  [502, '', 'answered 502'],
  [502, '<html>'.repeat(100), 'answered 502'],
])('a refusal with %d and %s is told in few words', async (status, body, words) => {
  const { api } = apiOf(() => new Response(body, { status }))
  const refusal = await api.status(signal).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(Refused)
  expect(refusal).toMatchObject({ status, message: words })
})
