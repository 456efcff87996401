import { expect, test } from 'vitest'
import { redactor } from './redact.ts'

test('a secret that begins with another one is taken out whole', () => {
  const redact = redactor(['prefixed-secret', 'prefixed-secret-123456'])
  expect(redact('A: prefixed-secret, B: prefixed-secret-123456')).toBe('A: [secret], B: [secret]')
})
