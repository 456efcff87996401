import { type Doing, doingKinds } from './doing.ts'

/** The theme's colours as a canvas takes them. */
export interface Palette {
  readonly doing: Readonly<Record<Doing, string>>
  readonly unmet: string
  readonly text: string
  readonly muted: string
  readonly line: string
  readonly surface: string
  readonly focus: string
}

/** Reads them from the styles that hold for an element: a canvas knows nothing of custom properties. */
export function readPalette(element: HTMLElement): Palette {
  const probe = element.appendChild(document.createElement('span'))
  const read = (name: string): string => {
    probe.style.color = `var(--${name})`
    return getComputedStyle(probe).color
  }
  try {
    return {
      doing: Object.fromEntries(doingKinds.map((kind) => [kind, read(`doing-${kind}`)])) as Palette['doing'],
      unmet: read('unmet'),
      text: read('text'),
      muted: read('muted'),
      line: read('line'),
      surface: read('surface'),
      focus: read('focus'),
    }
  } finally {
    probe.remove()
  }
}
