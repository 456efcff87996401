import { describe, expect, test } from 'vitest'
import { parseKeyValues } from './key-values.ts'
import { splitList } from './list.ts'

describe('pairs', () => {
  test.each([
    ['A=1,B=2', { A: '1', B: '2' }],
    ['A=x=y', { A: 'x=y' }],
    [' A = 1 , B=2 ,', { A: '1', B: '2' }],
    ['A=', { A: '' }],
    ['A=1,A=2', { A: '2' }],
    ['A=1,"B=x,y"', { A: '1', B: 'x,y' }],
    ['"A=say ""hi"""', { A: 'say "hi"' }],
    ['A="quoted"', { A: '"quoted"' }],
    ['', {}],
  ])('%s', (text, pairs) => {
    expect(parseKeyValues([text])).toEqual({ ok: true, pairs })
  })

  test('given several times, add up', () => {
    expect(parseKeyValues(['A=1', 'B=2,C=3'])).toEqual({ ok: true, pairs: { A: '1', B: '2', C: '3' } })
  })

  test.each(['A', '=1', 'A=1,B', 'A=x,y'])('%s is refused, with how a comma is written', (text) => {
    expect(parseKeyValues([text])).toEqual({ ok: false, wrong: expect.stringContaining('"KEY=a,b"') })
  })

  test('a quote that is not closed is refused', () => {
    expect(parseKeyValues(['"A=1,B=2'])).toEqual({ ok: false, wrong: expect.stringContaining('not closed') })
  })
})

test('a list is split at its commas, quotes kept together', () => {
  expect(splitList('cx22:fsn1, cx32:nbg1,"a,b"')).toEqual(['cx22:fsn1', 'cx32:nbg1', 'a,b'])
  expect(splitList('"a" b')).toBeUndefined()
})
