import { HetznerRefusal } from './hetzner-refusal.ts'

type Labels = Readonly<Record<string, string>>

/** `key==value`, `key=value`, `key!=value`, `key`, `!key`, `key in (a,b)`, `key notin (a,b)`, joined by commas. */
export function matchesSelector(selector: string, labels: Labels): boolean {
  return selector.split(/,(?![^(]*\))/).every((part) => matches(part.trim(), labels))
}

const KEY = String.raw`(?<key>[\w./-]+)`
const COMPARISON = new RegExp(String.raw`^${KEY}\s*(?<not>!)?==?\s*(?<value>[\w.-]*)$`)
const SET = new RegExp(String.raw`^${KEY}\s+(?<not>not)?in\s*\((?<values>[^)]*)\)$`)
const PRESENCE = new RegExp(`^(?<not>!)?${KEY}$`)

function matches(part: string, labels: Labels): boolean {
  const found = (COMPARISON.exec(part) ?? SET.exec(part) ?? PRESENCE.exec(part))?.groups
  if (!found) throw new HetznerRefusal(422, 'invalid_input', 'invalid label selector')
  const label = labels[found['key']!]
  const holds =
    found['value'] !== undefined
      ? label === found['value']
      : found['values'] !== undefined
        ? label !== undefined && found['values'].split(',').some((value) => value.trim() === label)
        : label !== undefined
  return found['not'] === undefined ? holds : !holds
}
