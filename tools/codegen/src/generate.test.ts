import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { generate, targets } from './generate.ts'

describe('the generated types', () => {
  it.each(targets)('are those of the document as it is now: $types', async (target) => {
    expect(await readFile(target.types, 'utf8')).toBe(await generate(target))
  })
})
