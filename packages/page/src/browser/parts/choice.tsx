import type { VNode } from 'preact'

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly options: readonly (readonly [value: T, word: string])[]
  readonly value: T | undefined
  readonly onChoose: (value: T) => void
}

/** One of a few, side by side. */
export function Choice<T extends string>({ label, options, value, onChoose }: ChoiceProps<T>): VNode {
  return (
    <fieldset class="choice">
      <legend class="unseen">{label}</legend>
      {options.map(([option, word]) => (
        <button key={option} type="button" aria-pressed={option === value} onClick={() => onChoose(option)}>
          {word}
        </button>
      ))}
    </fieldset>
  )
}
