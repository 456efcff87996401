import type { Task } from '@woodpeckers/autoscaler-core'
import { describe, expect, it } from 'vitest'
import { call, failureOf, newServer } from './testing/new-server.ts'
import { json, scriptedFetch } from './testing/scripted-fetch.ts'

type Rows = Record<number, [id: number, state: string, agentId?: number][] | 'unseen'>

/** A database of active pipelines: their workflows by the pipeline's number; `unseen`: listed, and not shown. */
function databaseOf(rows: Rows) {
  const { fetch, requests } = scriptedFetch({
    'GET /api/pipelines': () =>
      json(
        Object.keys(rows).map((number) => ({
          id: Number(number) + 1000,
          number: Number(number),
          repo_id: 1,
        })),
      ),
    ...Object.fromEntries(
      [1, 2, 3].map((number) => [
        `GET /api/repos/1/pipelines/${number}`,
        () =>
          rows[number] && rows[number] !== 'unseen'
            ? json({
                id: number + 1000,
                number,
                workflows: rows[number].map(([id, state, agent_id]) =>
                  agent_id === undefined ? { id, state } : { id, state, agent_id },
                ),
              })
            : new Response('', { status: 404 }),
      ]),
    ),
  })
  const lookUps = () => requests.splice(0).filter((line) => line.startsWith('GET /api/repos/'))
  return { server: newServer({ fetch }), lookUps }
}

const task = (id: number, state: Task['state'], agentId?: number): Task => ({
  id: String(id),
  name: 'build',
  title: 'build',
  labels: {},
  state,
  dependencies: [],
  createdAt: 0,
  ...(agentId === undefined ? {} : { agentId: String(agentId) }),
})

describe('work in the database', () => {
  it('is every workflow that has not ended and has an agent', async () => {
    const { server } = databaseOf({
      1: [
        [1, 'running', 5],
        [2, 'success', 6],
        [3, 'pending'],
      ],
      2: [[4, 'pending', 7]],
    })
    expect(await server.readWork([], call())).toEqual({
      workingAgentIds: new Set(['5', '7']),
      runningTaskIds: new Set(['1']),
    })
  })

  it('that the queue forgot is found beside work of the same pipeline that it knows', async () => {
    const { server } = databaseOf({
      1: [
        [1, 'running', 5],
        [2, 'running', 6],
      ],
    })
    const work = await server.readWork([task(2, 'running', 6)], call())
    expect(work.workingAgentIds).toEqual(new Set(['5', '6']))
  })

  it('is not looked up again while the queue explains all of a pipeline', async () => {
    const rows: Rows = {
      1: [
        [1, 'running', 5],
        [2, 'pending'],
      ],
    }
    const { server, lookUps } = databaseOf(rows)
    const queue = [task(1, 'running', 5), task(2, 'pending')]
    await server.readWork(queue, call())
    expect(lookUps()).toHaveLength(1)
    expect(await server.readWork(queue, call())).toEqual({
      workingAgentIds: new Set(['5']),
      runningTaskIds: new Set(['1']),
    })
    expect(lookUps()).toEqual([])
    // The server restarts: its queue forgets what runs.
    expect((await server.readWork([task(2, 'pending')], call())).workingAgentIds).toEqual(new Set(['5']))
    expect(lookUps()).toHaveLength(1)
  })

  it('is not looked up again where the reading broke off after it', async () => {
    const rows: Rows = { 1: [[1, 'running', 5]], 2: 'unseen' }
    const { server, lookUps } = databaseOf(rows)
    const queue = [task(1, 'running', 5), task(2, 'running', 6)]
    expect(await failureOf(server.readWork(queue, call()))).toMatchObject({ kind: 'unexpected-answer' })
    lookUps()
    rows[2] = [[2, 'running', 6]]
    expect((await server.readWork(queue, call())).workingAgentIds).toEqual(new Set(['5', '6']))
    expect(lookUps()).toEqual(['GET /api/repos/1/pipelines/2'])
  })

  it('is looked up for a task that was given out before', async () => {
    const { server, lookUps } = databaseOf({ 1: [[1, 'running', 5]] })
    const queue = [task(1, 'pending', 5)]
    await server.readWork(queue, call())
    lookUps()
    expect((await server.readWork(queue, call())).workingAgentIds).toEqual(new Set(['5']))
    expect(lookUps()).toHaveLength(1)
  })

  it('is looked up again where a pipeline had no workflows yet', async () => {
    const rows: Rows = { 1: [] }
    const { server } = databaseOf(rows)
    expect((await server.readWork([], call())).workingAgentIds.size).toBe(0)
    rows[1] = [[1, 'running', 5]]
    expect((await server.readWork([], call())).workingAgentIds).toEqual(new Set(['5']))
  })

  it('is unknown, not empty, where an active pipeline may not be seen', async () => {
    const { fetch } = scriptedFetch({
      'GET /api/pipelines': () => json([{ id: 1, number: 1, repo_id: 1 }]),
    })
    expect(await failureOf(newServer({ fetch }).readWork([], call()))).toMatchObject({
      kind: 'unexpected-answer',
      message: expect.stringContaining('may the token’s user see that repository?'.replace('’', "'")),
    })
  })

  it('of a repository removed meanwhile is none', async () => {
    let asked = 0
    const { fetch } = scriptedFetch({
      'GET /api/pipelines': () => json(asked++ === 0 ? [{ id: 1, number: 1, repo_id: 1 }] : null),
    })
    expect((await newServer({ fetch }).readWork([], call())).workingAgentIds.size).toBe(0)
  })
})
