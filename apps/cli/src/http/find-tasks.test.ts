import type { Task } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { findTasks } from './find-tasks.ts'

function task(id: string, title: string, state: Task['state'] = 'pending'): Task {
  return { id, title, name: title.split(' ')[1] ?? '', state, labels: {}, dependencies: [], createdAt: 0 }
}

const tasks = [
  task('7', 'acme/app#12 build', 'running'),
  task('8', 'acme/app#12 test (linux)'),
  task('9', 'acme/lib#12 build'),
  task('10', 'acme/app#120 build'),
  task('12', 'acme/app#9 deploy'),
  task('13', 'early-server lint'),
  task('14', 'acme/app#7 docs'),
]

test.each([
  ['8', ['8']],
  // Of a number nobody knows what it is of.
  ['12', ['8', '9', '12', '7']],
  ['7', ['14', '7']],
  ['#12', ['8', '9', '7']],
  ['acme/app#12', ['8', '7']],
  ['ACME/App#12', ['8', '7']],
  ['120', ['10']],
  ['build', ['9', '10', '7']],
  ['(linux)', ['8']],
  ['  lint ', ['13']],
  ['nothing', []],
  ['acme/app#99', []],
])('%j means %j', (what, ids) => {
  expect(findTasks(what, tasks).map(({ id }) => id)).toEqual(ids)
})
