import { expect, test } from 'vitest'
import { createOrders, type Order } from './orders.ts'

const pause: Order = { verb: 'pause', subject: 'a/b', isTakenBack: false }

/** Gives an order to a server that answers so, and answers what it was asked and what was understood. */
async function give(order: Order, answer: Response, token?: string) {
  const asked: string[] = []
  const giveOrder = createOrders(
    () => token,
    async (path, { method, headers }) => {
      const sent = new Headers(headers)
      asked.push(`${method} ${path} by ${sent.get('x-autoscaler-by')}, ${sent.get('authorization')}`)
      return answer
    },
  )
  return { asked, said: await giveOrder(order).catch((error: unknown) => String(error)) }
}

test('an order is put, and taken back by deleting it, with the token and who asks', async () => {
  const done = () => Response.json({ text: 'the page paused pool a/b' })
  expect(await give(pause, done(), 'abc')).toEqual({
    asked: ['PUT /api/v1/orders/pause/a%2Fb by the page, Bearer abc'],
    said: 'the page paused pool a/b',
  })
  const { asked } = await give({ ...pause, isTakenBack: true }, done())
  expect(asked).toEqual(['DELETE /api/v1/orders/pause/a%2Fb by the page, null'])
})

test('what the server warns of is told too, and why it refuses', async () => {
  const warned = await give(pause, Response.json({ text: 'done', warning: 'a restart forgets it' }))
  expect(warned.said).toBe('done; a restart forgets it')
  const refused = await give(pause, Response.json({ error: 'there is no pool "a/b"' }, { status: 404 }))
  expect(refused.said).toBe('Error: there is no pool "a/b"')
})
