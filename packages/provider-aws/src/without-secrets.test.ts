import { expect, it } from 'vitest'
import { withoutSecrets } from './without-secrets.ts'

it.each([
  [
    "The subnet ID 'subnet-0123456789abcdef0' does not exist",
    "The subnet ID 'subnet-0123456789abcdef0' does not exist",
  ],
  [
    'snapshot snap-0123456789abcdef0 of vol-0123456789abcdef0',
    'snapshot snap-0123456789abcdef0 of vol-0123456789abcdef0',
  ],
  [
    'Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm',
    'Encoded authorization failure message: …',
  ],
  ['password: hunter2 and more', 'password: … and more'],
  ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '…'],
  ['two\n lines', 'two lines'],
])('%j becomes %j', (text, safe) => {
  expect(withoutSecrets(text)).toBe(safe)
})
