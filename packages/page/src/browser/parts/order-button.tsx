import { useSignal } from '@preact/signals'
import type { VNode } from 'preact'
import { useContext } from 'preact/hooks'
import type { Order } from '../stream/orders.ts'
import { GiveOrders } from './give-orders-context.ts'

interface OrderButtonProps {
  readonly order: Order
  readonly word: string
  /** What it is about, for those who do not see where the button stands. */
  readonly about: string
  /** Asked before it is done. Without it: it is done at once, for it is taken back as easily. */
  readonly question?: string
}

/** Asks the autoscaler for something, or takes it back. */
export function OrderButton({ order, word, about, question }: OrderButtonProps): VNode {
  const give = useContext(GiveOrders)
  const step = useSignal<'resting' | 'asking' | 'giving'>('resting')
  const act = async (): Promise<void> => {
    step.value = 'giving'
    await give(order)
    step.value = 'resting'
  }
  if (step.value === 'asking') {
    return (
      <span class="question">
        {question}{' '}
        <button type="button" onClick={act}>
          Yes, {word.toLowerCase()}
        </button>{' '}
        <button
          type="button"
          // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was pressed.
          autoFocus
          onClick={() => {
            step.value = 'resting'
          }}
        >
          No
        </button>
      </span>
    )
  }
  return (
    <button
      type="button"
      aria-label={`${word} ${about}`}
      disabled={step.value === 'giving'}
      onClick={() => {
        if (question) step.value = 'asking'
        else void act()
      }}
    >
      {word}
    </button>
  )
}
