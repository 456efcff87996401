import { describe, expect, test } from 'vitest'
import { checkCloudInit } from './check-cloud-init.ts'

const messages = (text: string, limit?: { bytes: number; gzip: boolean }) =>
  checkCloudInit(text, limit).map(({ severity, message }) => `${severity}: ${message}`)

describe('the check of user data', () => {
  test.each([
    '#cloud-config\nruncmd:\n  - ls\n',
    '#!/bin/bash\nls',
    'Content-Type: multipart/mixed\nMIME-Version: 1.0\n',
  ])('%j passes', (text) => {
    expect(messages(text)).toEqual([])
  })

  test.each([
    ['# cloud-config\nruncmd: []', /^error: user data begins with "# cloud-config"/],
    ['hostname: x', /^error: user data begins with "hostname: x"/],
    ['', /^error: user data begins with ""/],
    ['Content-Type: multipart/mixed\n', /^error: .*MIME-Version: 1\.0/],
    ['#cloud-config\n{"runcmd": [}', /^error: user data begins like JSON, and is none$/],
    ['#cloud-config\n', /^error: user data has nothing in it$/],
  ])('%j does not', (text, message) => {
    expect(messages(text)).toEqual([expect.stringMatching(message)])
  })

  test.each([
    ['run_cmd', 'runcmd'],
    ['runcmds', 'runcmd'],
    ['write-files', 'write_files'],
    ['writefiles', 'write_files'],
    ['pakages', 'packages'],
    ['host_name', 'hostname'],
    ['Users', 'users'],
  ])('a mistyped key %s, in YAML and in JSON, is told with %s', (key, meant) => {
    const line = `warning: cloud-init knows no key "${key}", and would ignore it; perhaps "${meant}" is meant`
    expect(messages(`#cloud-config\nfinal_message: |\n  foo: bar\n${key}: []\n`)).toEqual([line])
    expect(messages(`#cloud-config\n{"${key}": []}`)).toEqual([line])
  })

  test('a key like none, and one of the user’s own', () => {
    expect(messages('#cloud-config\nkubernetes: {}\nx-mine: {}\n')).toEqual([
      'warning: cloud-init knows no key "kubernetes", and would ignore it',
    ])
  })
})

describe('the size', () => {
  const ofSize = (bytes: number) => `#!${'x'.repeat(bytes - 2)}`

  test('is that of the bytes, and of the limit of the cloud', () => {
    expect(messages(ofSize(32_768))).toEqual([])
    expect(messages(ofSize(32_769))).toEqual(['error: user data has 32769 bytes; the cloud takes 32768'])
    expect(messages(`#!${'ü'.repeat(50)}`, { bytes: 101, gzip: false })).toEqual([
      'error: user data has 102 bytes; the cloud takes 101',
    ])
  })

  test('is that of the compressed document where it is sent compressed', () => {
    expect(messages(ofSize(100_000), { bytes: 16_384, gzip: true })).toEqual([])
    expect(messages(ofSize(100_000), { bytes: 50, gzip: true })).toEqual([
      expect.stringMatching(
        /^error: user data has \d+ bytes compressed, 100000 as it is; the cloud takes 50$/,
      ),
    ])
  })
})
