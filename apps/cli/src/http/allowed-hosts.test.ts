import { expect, test } from 'vitest'
import { hostCheck, hostProblem } from './allowed-hosts.ts'

const local = hostCheck({ host: '127.0.0.1', port: 9090 }, ['Scaler.example.org'])
const beyond = hostCheck({ host: '0.0.0.0', port: 9090 }, ['scaler.example.org'])

test.each([
  ['127.0.0.1:9090', true, true],
  ['localhost:9090', true, true],
  ['LOCALHOST', true, true],
  ['[::1]:9090', true, true],
  ['scaler.example.org', true, true],
  ['scaler.example.org:443', true, true],
  ['10.1.2.3:9090', false, true],
  ['[fd00::1]:9090', false, true],
  ['evil.example', false, false],
  ['evil.example:9090', false, false],
  ['127.0.0.1.evil.example', false, false],
  ['localhost.evil.example', false, false],
  ['scaler.example.org.evil.example', false, false],
  ['evil.example@127.0.0.1', false, false],
  ['127.0.0.1:9090, evil.example', false, false],
  ['', false, false],
])(
  'the host %j may ask one that listens on loopback: %s, and one beyond: %s',
  (host, onLoopback, elsewhere) => {
    expect([local(host), beyond(host)]).toEqual([onLoopback, elsewhere])
  },
)

test.each(['https://ci.example.org', 'ci.example.org:80', '*', 'a b', ''])('%j cannot be allowed', (host) => {
  expect(hostProblem(host)).toMatch(/^must be names like ci\.example\.org, without https:\/\/ and port/)
})

test.each(['ci.example.org', 'autoscaler', '10.0.0.1', 'fd00::1'])('%s can be allowed', (host) => {
  expect(hostProblem(host)).toBeUndefined()
})
