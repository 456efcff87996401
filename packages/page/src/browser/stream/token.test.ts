import { expect, test } from 'vitest'
import { isToken, takeToken, tokenStore } from './token.ts'

function visit(hash: string, kept: Record<string, string> = {}) {
  const items = new Map(Object.entries(kept))
  let address = `/page?x=1${hash}`
  const token = takeToken(
    { hash, pathname: '/page', search: '?x=1' } as Location,
    {
      replaceState: (_: unknown, __: string, path: string) => {
        address = path
      },
    } as unknown as History,
    tokenStore(() => ({
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => void items.set(key, value),
    })),
  )
  return { token, address, kept: [...items.values()] }
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

test('what no header can carry is no token, so that it can be asked for again', () => {
  expect(visit('#token=abc…')).toEqual({ token: undefined, address: '/page?x=1', kept: [] })
  expect(visit('', { 'autoscaler-token': 'old…' }).token).toBeUndefined()
  expect(['abc', 'a~!', 'a b', 'ü', ''].map(isToken)).toEqual([true, true, false, false, false])
})

test('a browser that keeps nothing is no obstacle', () => {
  const store = tokenStore(() => {
    throw new DOMException('the storage is blocked', 'SecurityError')
  })
  store.keep('abc')
  expect(store.read()).toBeUndefined()
})
