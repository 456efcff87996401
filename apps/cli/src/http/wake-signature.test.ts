import { createHmac } from 'node:crypto'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { WakeSignatures } from './wake-signature.ts'

const SECRET = 'a-wake-secret-of-enough-length'
const BODY = Buffer.from('{"ref":"refs/heads/main"}')

let clock: ManualClock
let signatures: WakeSignatures
beforeEach(() => {
  clock = new ManualClock()
  signatures = new WakeSignatures(SECRET, clock)
})

function hmac(text: string | Buffer, secret: string = SECRET): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}

function judge(headers: Readonly<Record<string, string>>, body: Buffer = BODY): string {
  const check = signatures.begin((name) => headers[name])
  if (typeof check === 'string') return check
  check.update(body.subarray(0, 5))
  check.update(body.subarray(5))
  return check.end()
}

/** As our own clients sign: time and body. */
function timed(at: number, body: Buffer = BODY): Readonly<Record<string, string>> {
  const seconds = String(Math.floor(at / 1_000))
  const signed = hmac(Buffer.concat([Buffer.from(`${seconds}.`), body]))
  return { 'x-wake-timestamp': seconds, 'x-wake-signature': `sha256=${signed}` }
}

test.each([
  ['GitHub', { 'x-hub-signature-256': `sha256=${hmac(BODY)}` }],
  ['Gitea', { 'x-gitea-signature': hmac(BODY) }],
  ['Forgejo', { 'x-forgejo-signature': hmac(BODY) }],
  ['our own, without a time', { 'x-wake-signature': `sha256=${hmac(BODY)}` }],
  ['in capital letters', { 'x-gitea-signature': hmac(BODY).toUpperCase() }],
])('a delivery signed as by %s is good', (_, headers) => {
  expect(judge(headers)).toBe('good')
})

test('what was signed with its time is no body of its own later', () => {
  const { 'x-wake-timestamp': seconds, 'x-wake-signature': signature } = timed(clock.now())
  const both = Buffer.concat([Buffer.from(`${seconds}.`), BODY])
  expect(judge({ 'x-wake-signature': signature! }, both)).toBe('wrong')
})

test.each([
  ['another secret', { 'x-gitea-signature': hmac(BODY, 'another-secret-of-some-length') }],
  ['another body', { 'x-gitea-signature': hmac('{}') }],
  ['half of it', { 'x-gitea-signature': hmac(BODY).slice(0, 32) }],
  ['nothing', { 'x-gitea-signature': '' }],
  ['no hex', { 'x-hub-signature-256': 'sha256=zzzz' }],
  [
    'a time that was put to a body signed alone',
    { 'x-wake-timestamp': '0', 'x-wake-signature': `sha256=${hmac(BODY)}` },
  ],
])('a signature with %s is wrong', (_, headers) => {
  expect(judge(headers)).toBe('wrong')
})

test.each([
  ['no signature', {}],
  ['one of SHA-1', { 'x-hub-signature': 'sha1=abc' }],
  ['one without its kind', { 'x-hub-signature-256': hmac(BODY) }],
])('with %s it is not signed', (_, headers) => {
  expect(judge(headers)).toBe('unsigned')
})

describe('what was delivered before', () => {
  test('is known again, under whatever name it comes', () => {
    expect(judge({ 'x-hub-signature-256': `sha256=${hmac(BODY)}` })).toBe('good')
    expect(judge({ 'x-gitea-signature': hmac(BODY) })).toBe('seen-before')
  })

  test('is forgotten after ten minutes: forges sign no time', async () => {
    judge({ 'x-gitea-signature': hmac(BODY) })
    await clock.advance(599_000)
    expect(judge({ 'x-gitea-signature': hmac(BODY) })).toBe('seen-before')
    await clock.advance(2_000)
    expect(judge({ 'x-gitea-signature': hmac(BODY) })).toBe('good')
  })

  test('takes bounded memory: the oldest go first', () => {
    const deliver = (number: number) =>
      judge({ 'x-gitea-signature': hmac(String(number)) }, Buffer.from(String(number)))
    for (let number = 0; number < 10_002; number++) deliver(number)
    expect([deliver(0), deliver(10_001)]).toEqual(['good', 'seen-before'])
  })
})

describe('a signed time', () => {
  test.each([-299, 0, 299])('that is %d s off is good, once', (seconds) => {
    const headers = timed(clock.now() + seconds * 1_000)
    expect([judge(headers), judge(headers)]).toEqual(['good', 'seen-before'])
  })

  test.each([-302, 302])('that is %d s off is refused', (seconds) => {
    expect(judge(timed(clock.now() + seconds * 1_000))).toBe('too-old')
  })

  test('cannot be left out, nor be changed', () => {
    const { 'x-wake-signature': signature = '' } = timed(clock.now())
    expect(judge({ 'x-wake-signature': signature })).toBe('wrong')
    expect(judge({ 'x-wake-signature': signature, 'x-wake-timestamp': '1' })).toBe('wrong')
  })

  test('is never good twice: it is remembered for longer than it is good', async () => {
    const headers = timed(clock.now() + 299_000)
    expect(judge(headers)).toBe('good')
    await clock.advance(597_000)
    expect(judge(headers)).toBe('seen-before')
    await clock.advance(4_000)
    expect(judge(headers)).toBe('too-old')
  })
})
