import type { Verdict } from '@woodpeckers/autoscaler-observer'
import type { VNode } from 'preact'

/** Another shape for each level, for those who tell no colours apart. */
const shapes: Readonly<Record<Verdict['level'], string>> = {
  good: 'M10 1.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Zm-1.2 12.3-3.6-3.6 1.4-1.4 2.2 2.2 4.6-4.6 1.4 1.4Z',
  attention: 'M10 1.8 19 18H1Zm-1 5.7v5h2v-5Zm0 6.3v2h2v-2Z',
  trouble:
    'M6.5 1.5h7l5 5v7l-5 5h-7l-5-5v-7Zm.6 4.2L5.7 7.1 8.6 10l-2.9 2.9 1.4 1.4 2.9-2.9 2.9 2.9 1.4-1.4-2.9-2.9 2.9-2.9-1.4-1.4L10 8.6Z',
}

export function VerdictIcon({ level }: { readonly level: Verdict['level'] }): VNode {
  return (
    <svg class={`icon ${level}`} viewBox="0 0 20 20" aria-hidden="true">
      <path fill-rule="evenodd" d={shapes[level]} />
    </svg>
  )
}

const colours: Readonly<Record<Verdict['level'] | 'lost', string>> = {
  good: '#1a8a52',
  attention: '#c98a00',
  trouble: '#d13c2c',
  lost: '#7d8894',
}

/** The same as an address for the tab's icon. */
export function faviconOf(level: Verdict['level'] | 'lost'): string {
  const path =
    level === 'lost' ? 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm0 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z' : shapes[level]
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><path fill="${colours[level]}" fill-rule="evenodd" d="${path}"/></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
