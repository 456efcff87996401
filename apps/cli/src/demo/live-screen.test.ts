import { systemClock } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { showLive } from './live-screen.ts'

const ESCAPE = '\u001b'

test('draws over its own lines, clears nothing at the top of the screen, and gives the cursor back', async () => {
  const stop = new AbortController()
  const written: string[] = []
  const pictures = [['one', 'two', 'three'], ['four']]
  const draw = () => {
    const picture = pictures.shift() ?? ['last']
    if (pictures.length === 0) stop.abort()
    return picture
  }
  await showLive({ write: (text) => written.push(text) }, systemClock, draw, stop.signal)
  expect(written.map((text) => text.replaceAll(ESCAPE, '^'))).toEqual([
    '^[?25l',
    'one^[K\ntwo^[K\nthree^[K\n^[J',
    '^[3A\rfour^[K\n^[J',
    '^[1A\rlast^[K\n^[J',
    '^[?25h',
  ])
})
