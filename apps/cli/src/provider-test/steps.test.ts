import { isPoolId, sleep } from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { expect, test } from 'vitest'
import { styleFor } from '../terminal/style.ts'
import { besideSteps, Steps } from './steps.ts'
import { testPool } from './test-pool.ts'

function stage(isTTY: boolean) {
  const clock = new ManualClock()
  const written: string[] = []
  const output = { isTTY, write: (text: string) => written.push(text) }
  const style = styleFor(output, { NO_COLOR: '1' })
  const redact = (text: string) => text.replaceAll('t0ken', '[secret]')
  return { clock, written, steps: new Steps({ clock, output, style, redact }), output, redact }
}

test('on a terminal the step under way is drawn each second, and replaced at its end', async () => {
  const { clock, written, steps } = stage(true)
  const running = steps.run(
    'listed',
    () => sleep(clock, 2_500),
    () => 'there',
  )
  await clock.advance(3_000)
  await running
  expect(written.map((text) => text.replaceAll('\r\u001b[2K', '<'))).toEqual([
    '<… listed        0.0 s',
    '<… listed        1.0 s',
    '<… listed        2.0 s',
    '<',
    '<✓ listed        2.5 s  there\n',
  ])
})

test('elsewhere there is a line at its end, without a secret and without line breaks', async () => {
  const { written, steps } = stage(false)
  const failing = async () => {
    throw new Error('t0ken\nis wrong')
  }
  await expect(steps.run('deployed', failing, String)).rejects.toThrow('is wrong')
  expect(written).toEqual(['✗ deployed      0.0 s  [secret] is wrong\n'])
  expect(steps.done).toEqual([{ step: 'deployed', ok: false, tookMs: 0, text: '[secret] is wrong' }])
})

test('what others say meanwhile stands on a line of its own', () => {
  const { written, output, redact } = stage(true)
  besideSteps(output, redact).write('warn: t0ken\n')
  expect(written).toEqual(['\r\u001b[2Kwarn: [secret]\n'])
})

test.each([
  ['1', '1-test'],
  ['blue.2', 'blue.2-test'],
  [`${'a'.repeat(26)}-${'b'.repeat(5)}`, `${'a'.repeat(26)}-test`],
])('the pool of the test of pool %s is %s, which is an id too', (pool, expected) => {
  expect(testPool(pool)).toBe(expected)
  expect(isPoolId(testPool(pool))).toBe(true)
})
