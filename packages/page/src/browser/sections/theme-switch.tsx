import { useSignal } from '@preact/signals'
import type { VNode } from 'preact'
import { Choice } from '../parts/choice.tsx'
import { chooseTheme, chosenTheme, type Theme } from '../parts/theme.ts'

const themes = [
  ['system', 'Auto'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const

export function ThemeSwitch(): VNode {
  const theme = useSignal<Theme>(chosenTheme())
  return (
    <Choice
      label="Colours"
      options={themes}
      value={theme.value}
      onChoose={(chosen) => {
        chooseTheme(chosen)
        theme.value = chosen
      }}
    />
  )
}
