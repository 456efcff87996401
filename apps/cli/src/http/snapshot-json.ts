import type { Reading, Snapshot } from '@woodpeckers/autoscaler-core'

/** A snapshot for programs: maps become objects, and of an error there is what people may see of it. */
export function snapshotToJson({ machines, agents, queue, work, ...rest }: Snapshot): object {
  return {
    ...rest,
    machines: Object.fromEntries([...machines].map(([pool, reading]) => [pool, readingToJson(reading)])),
    agents: readingToJson(agents),
    queue: readingToJson(queue),
    ...(work === undefined ? {} : { work: readingToJson(work) }),
  }
}

function readingToJson(reading: Reading<unknown>): object {
  if (!reading.ok) {
    const { kind, message } = reading.error
    return { ok: false, error: { kind, message } }
  }
  return { ok: true, value: plain(reading.value) }
}

/** `JSON.stringify` makes nothing of maps and sets. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]))
  if (value instanceof Set) return [...value].map(plain)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}
