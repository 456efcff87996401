import { keptIn } from '../kept.ts'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'autoscaler-theme'
const choices = keptIn(() => localStorage)
const listeners = new Set<() => void>()
const prefersDark = matchMedia('(prefers-color-scheme: dark)')

export function chosenTheme(): Theme {
  const kept = choices.read(KEY)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

/** Kept for the next visit; `system` follows the computer's own. */
export function chooseTheme(theme: Theme): void {
  choices.keep(KEY, theme)
  applyTheme(theme)
  tell()
}

/** To be called once, before anything is painted. */
export function applyTheme(theme: Theme = chosenTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

/** For what is painted by script, which styles do not reach; answers what ends the calls. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(): void {
  for (const listener of listeners) listener()
}

prefersDark.addEventListener('change', tell)
