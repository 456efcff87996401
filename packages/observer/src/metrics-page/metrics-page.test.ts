import { readFileSync } from 'node:fs'
import { systemClock } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { Site } from '../a-site.test-setup.ts'
import { Metrics } from '../metrics/index.ts'
import { metricsPage, OF_THE_PROCESS, WRITE_PAGE } from './metrics-page.ts'

const page = readFileSync(new URL('../../../../docs/metrics.md', import.meta.url), 'utf8')

test('docs/metrics.md is what the registry gives', () => {
  const ours = (text: string) => text.slice(0, text.indexOf(OF_THE_PROCESS))
  const isSame = ours(page) === ours(metricsPage())
  expect(isSame, `docs/metrics.md is not what the registry gives: run \`${WRITE_PAGE}\``).toBe(true)
})

test('it has every metric that a run exports', async () => {
  await using site = new Site()
  site.world.start()
  site.world.server.addTask({ durationMs: 1_000 })
  await site.world.minutes(1)
  const names = [...(await site.metrics.text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([])
})

test('it has every metric of the process', () => {
  const names = new Metrics({ clock: systemClock, version: '' }).described.map(({ name }) => name)
  expect(names.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([])
})

test('each of them says something', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `woodpecker_'))
  for (const row of rows)
    expect(row).toMatch(/^\| `\w+` \| (counter|gauge|histogram) \| (`\w+`(, `\w+`)*)? ?\| [A-Z].+\. \|$/)
})
