import { parseBoolean } from './boolean.ts'
import type { Setting } from './describe-settings.ts'
import { parseKeyValues } from './key-values.ts'
import { splitList } from './list.ts'

/** A value for the schema, or the end of a sentence that says what is wrong. */
export type ReadValue = { readonly value: unknown } | { readonly wrong: string }

/** Turns what was written (several times, perhaps) into what the schema takes. */
export function readValue(setting: Setting, texts: readonly string[]): ReadValue {
  const text = texts.at(-1) ?? ''
  switch (setting.kind) {
    case 'switch': {
      const value = parseBoolean(text)
      return value === undefined ? { wrong: 'must be true or false' } : { value }
    }
    case 'number':
    case 'whole-number':
      return readNumber(text, setting.kind)
    case 'choice':
      return { value: setting.choices.find((choice) => choice.toLowerCase() === text.toLowerCase()) ?? text }
    case 'list': {
      const lists = texts.map(splitList)
      if (lists.includes(undefined))
        return { wrong: 'has a quote that is not closed; write "a,b" for one item' }
      return { value: lists.flatMap((items) => items ?? []) }
    }
    case 'key-values': {
      const read = parseKeyValues(texts)
      return read.ok ? { value: read.pairs } : { wrong: read.wrong }
    }
    case 'text':
    case 'duration':
      return { value: text }
    default:
      return setting.kind satisfies never
  }
}

function readNumber(text: string, kind: 'number' | 'whole-number'): ReadValue {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (kind === 'whole-number' && !Number.isSafeInteger(value)) {
    return { wrong: 'must be a whole number, like 3' }
  }
  return Number.isFinite(value) ? { value } : { wrong: 'must be a number, like 1.5' }
}
