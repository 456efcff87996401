import { expect, test } from 'vitest'
import { recordedLabels } from './recorded-labels.ts'

const labels = {
  repo: 'acme/secret-project',
  'org-id': '3',
  platform: 'linux/arm64',
  'woodpecker-ci.org/repo-full-name': 'acme/secret-project',
  'woodpecker-ci.org/branch': 'buy-umbrella-corp',
}

test('what decides who takes the job is kept, and no name', () => {
  const kept = recordedLabels(labels, { plainNames: false, key: 'token' })
  expect(kept).toEqual({
    repo: expect.stringMatching(/^repo-[0-9a-f]{10}$/),
    'org-id': '3',
    platform: 'linux/arm64',
  })
  expect(JSON.stringify(kept)).not.toMatch(/secret-project|umbrella/)
})

test('the same repository has the same digest under one key, and another under another', () => {
  const digest = (repo: string, key: string) => recordedLabels({ repo }, { plainNames: false, key })['repo']
  expect(digest('a/b', 'one')).toBe(digest('a/b', 'one'))
  expect(digest('a/b', 'one')).not.toBe(digest('a/c', 'one'))
  expect(digest('a/b', 'one')).not.toBe(digest('a/b', 'other'))
})

test('repositories are named where somebody asks for it', () => {
  expect(recordedLabels(labels, { plainNames: true, key: 'token' })['repo']).toBe('acme/secret-project')
})
