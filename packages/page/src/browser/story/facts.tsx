import type { ComponentChildren, VNode } from 'preact'

interface FactsProps {
  /** Those without a value are left out. */
  readonly facts: readonly (readonly [name: string, value: ComponentChildren])[]
}

export function Facts({ facts }: FactsProps): VNode {
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== undefined && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
