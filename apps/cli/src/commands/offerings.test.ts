import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runInProcess } from '../fixtures/in-process.ts'

const SHOP = fileURLToPath(new URL('../fixtures/shop-provider.ts', import.meta.url))
const run = (shows: string, ...argv: string[]) =>
  runInProcess(['offerings', `--provider=${SHOP}`, ...argv], {
    WOODPECKER_SHOP_TOKEN: 't0ken-t0ken',
    WOODPECKER_SHOP_SHOWS: shows,
  })

test('prints the tables of the cloud, with the settings of the provider alone', async () => {
  expect(await run('tables')).toEqual({
    code: 0,
    err: '',
    out: [
      'Machine types',
      '  type      cores',
      '  small     2',
      '  enormous  64',
      '',
      'Images',
      '  none',
      '',
    ].join('\n'),
  })
})

test('--json has each row by the names of its columns', async () => {
  const { code, out } = await run('tables', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({
    provider: 'shop',
    tables: [
      {
        title: 'Machine types',
        rows: [
          { type: 'small', cores: '2' },
          { type: 'enormous', cores: '64' },
        ],
      },
      { title: 'Images', rows: [] },
    ],
  })
})

test('a cloud that can show its machine types before one was chosen asks for none', async () => {
  const market = fileURLToPath(new URL('../fixtures/market-provider.ts', import.meta.url))
  const env = { WOODPECKER_PROVIDER: market, WOODPECKER_MARKET_TOKEN: 't0ken-t0ken' }
  expect(await runInProcess(['offerings'], env)).toEqual({
    code: 0,
    err: '',
    out: 'Machine types\n  type\n  small, for token\n',
  })
  const launching = await runInProcess(['provider', 'test', '--no-wait'], env)
  expect(launching).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^--market-machine-type .* is missing/),
  })
})

test('without a catalogue there are the offerings of the settings', async () => {
  const { code, out } = await run('offerings')
  expect(code).toBe(0)
  expect(out).toMatch(/^ {2}small +0\.0059 EUR\n {2}odd +unknown\n$/m)
})

test('a provider that has neither says so in one line, in JSON too', async () => {
  expect(await run('nothing')).toEqual({
    code: 0,
    err: '',
    out: 'provider shop has no offerings: there is nothing to choose from\n',
  })
  expect(JSON.parse((await run('nothing', '--json')).out)).toEqual({ provider: 'shop', tables: [] })
})

test.each([
  ['refusal', 'provider shop: unknown token [secret]\n'],
  ['nonsense', 'provider shop: its catalogue() answers something that is no list of tables\n'],
])('a cloud that cannot be asked ends it with 1 and one line: %s', async (shows, err) => {
  expect(await run(shows)).toEqual({ code: 1, out: '', err })
})

test('what is wrong with the settings ends it with 2', async () => {
  const { code, out, err } = await runInProcess(['offerings', `--provider=${SHOP}`])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/^--shop-token \(WOODPECKER_SHOP_TOKEN\) is missing.*\n$/)
  expect((await runInProcess(['offerings'])).err).toMatch(/^--provider \(WOODPECKER_PROVIDER\) is missing/)
})
