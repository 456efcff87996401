import { defaultCloudInitOptions, renderCloudInit } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { environmentInUserData } from './environment-in-user-data.ts'

const environment = {
  WOODPECKER_AGENT_SECRET: 'a:b#c"d\'{{$e`\\',
  WOODPECKER_MAX_WORKFLOWS: '2',
  WOODPECKER_AGENT_LABELS: 'a=b,c=d',
}
const input = {
  name: 'a',
  poolId: '1',
  image: 'woodpeckerci/woodpecker-agent:v3.1.0',
  environment,
  labels: {},
}

test.each(['container', 'binary'] as const)(
  'the built-in user data of a %s tells the environment',
  (agentMode) => {
    const userData = renderCloudInit(input, { ...defaultCloudInitOptions, agentMode })
    expect(environmentInUserData(userData)).toEqual(environment)
  },
)

test.each([
  ['a compose file', '      - WOODPECKER_AGENT_SECRET=abc'],
  ['a quoted item', '      - "WOODPECKER_AGENT_SECRET=abc"'],
  ['a mapping', '      WOODPECKER_AGENT_SECRET: "abc"'],
  ['a shell script', 'WOODPECKER_AGENT_SECRET=abc'],
])('a document of a user’s own is searched line by line: %s', (_, line) => {
  const found = environmentInUserData(`#cloud-config\nwrite_files:\n${line}\n`)
  expect(found).toEqual({ WOODPECKER_AGENT_SECRET: 'abc' })
})

test.each(['', '#cloud-config\n', '#cloud-config\n{"write_files":', '#!/bin/sh\n'])(
  '%j starts no agent',
  (text) => {
    expect(environmentInUserData(text)).toBeUndefined()
  },
)
