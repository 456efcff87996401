/** Something of one region. */
export interface Place {
  readonly value: string
  readonly region: string
}

/** Reads `value[:region]`, as the Go autoscaler has it in several settings. */
export function placeOf(text: string, usualRegion: string): Place {
  const colon = text.indexOf(':')
  if (colon < 0) return { value: text, region: usualRegion }
  return { value: text.slice(0, colon), region: text.slice(colon + 1) }
}

/** Those of one region, in their order. */
export function valuesIn(region: string, texts: readonly string[], usualRegion: string): readonly string[] {
  return texts
    .map((text) => placeOf(text, usualRegion))
    .filter((place) => place.region === region)
    .map(({ value }) => value)
}
