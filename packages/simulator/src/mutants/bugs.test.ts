import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bugs } from './bugs/bugs.ts'
import { withBug } from './mutant.ts'

const packages = new URL('../../../', import.meta.url)
const sourceOf = (file: string) => readFileSync(new URL(file, packages), 'utf8')

test.each(bugs)('an engine that $what can still be made', (bug) => {
  const source = sourceOf(bug.file)
  expect(withBug(source, bug)).not.toBe(source)
})

test('each bug is another one', () => {
  expect(new Set(bugs.map(({ what }) => what)).size).toBe(bugs.length)
  expect(new Set(bugs.map(({ file, find, replace }) => `${file} ${find} ${replace}`)).size).toBe(bugs.length)
})
