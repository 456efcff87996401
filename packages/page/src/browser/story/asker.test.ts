import { expect, test, vi } from 'vitest'
import { createAsker } from './asker.ts'

/** Questions that are answered when the test says so. */
function stage() {
  const open: PromiseWithResolvers<string>[] = []
  const signals: AbortSignal[] = []
  const onAnswer = vi.fn()
  const onFailure = vi.fn()
  const asker = createAsker({
    question: (signal) => {
      const asked = Promise.withResolvers<string>()
      open.push(asked)
      signals.push(signal)
      return asked.promise
    },
    onAnswer,
    onFailure,
  })
  return { open, signals, onAnswer, onFailure, asker }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('an answer comes though it is asked again and again meanwhile', async () => {
  const { open, onAnswer, asker } = stage()
  for (let times = 0; times < 5; times++) asker.ask()
  expect(open).toHaveLength(1)
  open[0]!.resolve('first')
  await settled()
  expect(onAnswer).toHaveBeenCalledWith('first')
  expect(open).toHaveLength(2)
  open[1]!.resolve('second')
  await settled()
  expect(onAnswer).toHaveBeenLastCalledWith('second')
  expect(open).toHaveLength(2)
})

test('a failure is told, and the next question is asked', async () => {
  const { open, onAnswer, onFailure, asker } = stage()
  asker.ask()
  open[0]!.reject(new Error('it is away'))
  await settled()
  expect(onFailure).toHaveBeenCalledWith('it is away')
  asker.ask()
  open[1]!.resolve('here')
  await settled()
  expect(onAnswer).toHaveBeenCalledWith('here')
})

test('nothing is taken or asked after the end', async () => {
  const { open, signals, onAnswer, onFailure, asker } = stage()
  asker.ask()
  asker.ask()
  asker.end()
  expect(signals[0]!.aborted).toBe(true)
  open[0]!.resolve('late')
  await settled()
  expect(onAnswer).not.toHaveBeenCalled()
  expect(onFailure).not.toHaveBeenCalled()
  expect(open).toHaveLength(1)
})
