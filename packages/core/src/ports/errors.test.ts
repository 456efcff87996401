import { expect, test } from 'vitest'
import { asOutsideError, Transient } from './errors.ts'

test('an error of another copy of this package keeps its kind', () => {
  class OfferingUnavailable extends Error {
    readonly kind = 'offering-unavailable'
    readonly mayHaveActed = false
  }
  expect(asOutsideError(new OfferingUnavailable('sold out')).kind).toBe('offering-unavailable')
})

test('whatever else is thrown may have had its effect', () => {
  expect(asOutsideError(new TypeError('fetch failed'))).toMatchObject({
    kind: 'transient',
    message: 'fetch failed',
    mayHaveActed: true,
  })
  expect(asOutsideError('no').message).toBe('no')
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  expect(asOutsideError(new TypeError('fetch failed', { cause: refused })).message).toBe(
    'fetch failed (ECONNREFUSED)',
  )
})

test('an error that says no by itself has had no effect unless it says so', () => {
  expect(new Transient('503').mayHaveActed).toBe(false)
  expect(new Transient('answer lost', { mayHaveActed: true }).mayHaveActed).toBe(true)
})
