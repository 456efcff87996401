import type { EventView } from '@woodpeckers/autoscaler-observer'

type Words = Pick<EventView, 'action' | 'kind' | 'text'>

/** What stands on the badge: `launch`, `hold` … */
export function verbOf({ action, kind }: Pick<EventView, 'action' | 'kind'>): string {
  return action ?? kind
}

/** The text beside the badge. Alone, as in a log, it begins with the same verb. */
export function withoutVerb(event: Words): string {
  const { text } = event
  const verb = verbOf(event)
  if (!text.startsWith(verb)) return text
  const rest = text.slice(verb.length)
  return /^[: ]/.test(rest) ? rest.replace(/^:? /, '') : text
}
