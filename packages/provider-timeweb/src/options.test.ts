import { parseSettings } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { timewebOptions } from './options.ts'

function parse(settings: Readonly<Record<string, string>>) {
  const env = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`WOODPECKER_TIMEWEBCLOUD_${name}`, value]),
  )
  const result = parseSettings(timewebOptions, { prefix: 'timewebcloud', flags: {}, env, readFile: () => '' })
  return result.ok ? result.values : result.problems
}

const ENOUGH = { API_TOKEN: 't', OS_ID: 'ubuntu-24.04', PRESET_ID: '2447' }

test('each missing setting has a line, whatever else is missing', () => {
  expect(parse({})).toEqual([
    expect.stringMatching(/^--timewebcloud-api-token \(WOODPECKER_TIMEWEBCLOUD_API_TOKEN\) is missing/),
    '--timewebcloud-os-id (WOODPECKER_TIMEWEBCLOUD_OS_ID) is missing; set it, or --timewebcloud-image-id',
    '--timewebcloud-preset-id (WOODPECKER_TIMEWEBCLOUD_PRESET_ID) is missing; set it, or --timewebcloud-configuration',
  ])
})

test('the rest has defaults: 2 requests a second, an address for each server', () => {
  expect(parse(ENOUGH)).toMatchObject({
    presetId: ['2447'],
    requestsPerSecond: 2,
    publicIp: true,
    hostnamePrefix: '',
    apiUrl: 'https://api.timeweb.cloud',
  })
})

test.each([
  [{ IMAGE_ID: 'x' }, /image-id .* cannot be set besides --timewebcloud-os-id/],
  [{ CONFIGURATION: 'cpu=1,ram=1GB,disk=10GB' }, /configuration .* cannot be set besides/],
  [{ HOSTNAME_PREFIX: 'Big_' }, /hostname-prefix .* lower-case letters/],
  [{ REQUESTS_PER_SECOND: '0' }, /requests-per-second .* must be more than 0/],
  [{ API_URL: 'timeweb' }, /api-url .* must be a valid URL/],
])('%j is refused in one line', (settings, line) => {
  expect(parse({ ...ENOUGH, ...settings })).toEqual([expect.stringMatching(line)])
})

test.each([
  ['cpu=2,ram=4096,disk=40960', undefined],
  ['cpu=2,ram=4GB,disk=40g,configurator=11', undefined],
  ['cpu=2,ram=4GB', /needs cpu, ram and disk, like cpu=2/],
  ['cpu=two,ram=4GB,disk=40GB', /needs cpu, ram and disk/],
  ['cpu=2,rom=4GB,disk=40GB', /knows no “rom”/],
])('the size %s', (CONFIGURATION, wrong) => {
  const found = parse({ API_TOKEN: 't', OS_ID: '99', CONFIGURATION })
  if (wrong) expect(found).toEqual([expect.stringMatching(wrong)])
  else expect(found).toMatchObject({ configuration: { cpu: '2' } })
})
