import { useSignal } from '@preact/signals'
import type { VNode } from 'preact'
import { useContext, useEffect, useRef } from 'preact/hooks'
import type { Order } from '../stream/orders.ts'
import { isFocusFree } from './focus.ts'
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
  const inItsPlace = useRef<HTMLButtonElement>(null)
  const wasPressed = useRef(false)
  // The button that was pressed is gone, or was out of order for a moment: whoever pressed it goes on here.
  useEffect(() => {
    if (wasPressed.current && step.value !== 'giving' && isFocusFree()) inItsPlace.current?.focus()
  }, [step.value])
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
          ref={inItsPlace}
          type="button"
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
      ref={inItsPlace}
      type="button"
      aria-label={`${word} ${about}`}
      disabled={step.value === 'giving'}
      onClick={() => {
        wasPressed.current = true
        if (question) step.value = 'asking'
        else void act()
      }}
    >
      {word}
    </button>
  )
}
