import { expect, test } from 'vitest'
import { takeToken } from './token.ts'

function visit(hash: string, kept: Record<string, string> = {}) {
  const store = new Map(Object.entries(kept))
  let address = `/page?x=1${hash}`
  const token = takeToken(
    { hash, pathname: '/page', search: '?x=1' } as Location,
    {
      replaceState: (_: unknown, __: string, path: string) => {
        address = path
      },
    } as unknown as History,
    {
      getItem: (key: string) => store.get(key) ?? null,
      setItem: (key: string, value: string) => void store.set(key, value),
    } as unknown as Storage,
  )
  return { token, address, kept: [...store.values()] }
}

test('a token in the address is taken out of it, and kept for the tab', () => {
  expect(visit('#token=abc')).toEqual({ token: 'abc', address: '/page?x=1', kept: ['abc'] })
})

test('without one in the address the kept one holds', () => {
  expect(visit('#elsewhere', { 'autoscaler-token': 'old' })).toEqual({
    token: 'old',
    address: '/page?x=1#elsewhere',
    kept: ['old'],
  })
  expect(visit('').token).toBeUndefined()
})
