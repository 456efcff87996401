import { expect, it } from 'vitest'
import { architectureOf } from './architecture.ts'

it.each([
  ['t3.large', 'x86_64'],
  ['c6a.2xlarge', 'x86_64'],
  ['m7i-flex.large', 'x86_64'],
  ['g4dn.xlarge', 'x86_64'],
  ['gr6.4xlarge', 'x86_64'],
  ['u-6tb1.metal', 'x86_64'],
  ['hpc6id.32xlarge', 'x86_64'],
  ['t4g.micro', 'arm64'],
  ['c7gn.large', 'arm64'],
  ['im4gn.large', 'arm64'],
  ['is4gen.large', 'arm64'],
  ['g5g.xlarge', 'arm64'],
  ['p6e-gb200.36xlarge', 'arm64'],
  ['a1.large', 'arm64'],
])('%s is %s', (type, architecture) => {
  expect(architectureOf(type)).toBe(architecture)
})
