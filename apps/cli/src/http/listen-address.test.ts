import { expect, test } from 'vitest'
import { hostInUrl, isLoopback, listenAddress, listenProblem } from './listen-address.ts'

test.each([
  ['127.0.0.1:9090', { host: '127.0.0.1', port: 9090 }],
  ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
  ['[::1]:9090', { host: '::1', port: 9090 }],
  ['[::]:80', { host: '::', port: 80 }],
  ['localhost:9090', { host: 'localhost', port: 9090 }],
  ['off', undefined],
])('%s is understood', (text, address) => {
  expect(listenProblem(text)).toBeUndefined()
  expect(listenAddress(text)).toEqual(address)
})

test.each([
  '9090',
  ':9090',
  '127.0.0.1',
  '127.0.0.1:',
  '127.0.0.1:65536',
  '300.0.0.1:80',
  '[::g]:80',
  '::1:80',
  'http://x:80',
  'a b:80',
  'on',
])('%s is refused', (text) => {
  expect(listenProblem(text)).toBe(
    'must be host:port, like 127.0.0.1:9090, 0.0.0.0:9090 or [::]:9090, or off',
  )
})

test.each([
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['localhost', true],
  ['me.localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['127.0.0.1.example.org', false],
  ['localhost.example.org', false],
])('%s is this computer alone: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})

test('an address of IPv6 has brackets in a URL', () => {
  expect([hostInUrl('::1'), hostInUrl('127.0.0.1')]).toEqual(['[::1]', '127.0.0.1'])
})
