import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const manifestOf = (folder: string) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
const folders = ['apps/cli', ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)]
  .filter((folder) => existsSync(join(root, folder, 'package.json')))
  .filter((folder) => manifestOf(folder).private !== true)

test.each(folders)('%s says where it comes from, and where to report a fault', (folder) => {
  const manifest = manifestOf(folder)
  const home = 'https://github.com/woodpeckers/autoscaler'
  expect(manifest.repository).toEqual({ type: 'git', url: `git+${home}.git`, directory: folder })
  expect(manifest.bugs).toEqual({ url: `${home}/issues` })
  expect(manifest.homepage.startsWith(home)).toBe(true)
  expect(manifest.keywords).toEqual(expect.arrayContaining(['woodpecker-ci', 'autoscaler']))
  expect(manifest.license).toBe('Apache-2.0')
})

test('a peer that is optional is a development dependency here, so that no deployment brings it', () => {
  for (const folder of folders) {
    const { peerDependenciesMeta = {}, devDependencies = {} } = manifestOf(folder)
    for (const [name, { optional }] of Object.entries<{ optional?: boolean }>(peerDependenciesMeta))
      if (optional) expect(Object.keys(devDependencies), folder).toContain(name)
  }
})
