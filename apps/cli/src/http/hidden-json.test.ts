import { expect, test } from 'vitest'
import { redactor } from '../logs/redact.ts'
import { hiddenJson } from './hidden-json.ts'

const hide = redactor(['1234567', 'with"quote', 'status'])

test.each([
  [{ at: 9_123_456_789, text: 'fine' }, '{"at":9123456789,"text":"fine"}'],
  [{ at: 9_123_456_789, text: 'pin 1234567' }, '{"at":9123456789,"text":"pin [secret]"}'],
  [{ status: ['with"quote', { text: 'a status' }] }, '{"status":["[secret]",{"text":"a [secret]"}]}'],
])('of %j texts are hidden, and it stays JSON', (view, json) => {
  expect(hiddenJson(view, hide)).toBe(json)
})
