import { expect, test } from 'vitest'
import { readRecording } from './recording.ts'
import { Stage } from './stage.ts'

type Labels = Readonly<Record<string, string>>

interface MatchingCase {
  readonly agent_labels: Labels
  readonly workflow_labels: Labels
  readonly taken: boolean
  readonly task_labels?: Labels
}

interface Choice {
  readonly first: Labels
  readonly second: Labels
  readonly workflow: Labels
  readonly tasks: { readonly first: number; readonly second: number }
}

const recording = readRecording('label_matching.json')

test.each<MatchingCase>(recording.cases)(
  'agent $agent_labels, workflow $workflow_labels: taken $taken',
  async (row) => {
    const stage = new Stage()
    stage.agent({ labels: row.agent_labels })
    await stage.wait(1)
    const pipeline = stage.pipeline({ workflows: [{ labels: row.workflow_labels, durationMs: 100 }] })
    await stage.wait(1)
    expect(pipeline.status === 'success').toBe(row.taken)
    if (!row.task_labels) return
    const shown = Object.entries(stage.server.info().pending[0]!.labels)
    const own = shown.filter(([key]) => !key.startsWith('woodpecker-ci.org/'))
    expect(Object.fromEntries(own)).toEqual(row.task_labels)
  },
)

test.each<[string, Choice]>(Object.entries(recording.choice_between_two_idle_agents))(
  '%s',
  async (_name, { first, second, workflow, tasks }) => {
    const stage = new Stage()
    const ids = [first, second].map((labels) => stage.agent({ labels }).id)
    await stage.wait(1)
    const taken = [0, 0]
    for (let i = 0; i < 20; i++) {
      const pipeline = stage.pipeline({ workflows: [{ labels: workflow, durationMs: 100 }] })
      await stage.until(() => pipeline.status === 'success')
      await stage.wait(0.2)
      taken[ids.indexOf(pipeline.workflows[0]!.agentId)]!++
    }
    if (tasks.second === 0) expect(taken).toEqual([20, 0])
    // Between equals it is chance; the real one preferred whoever came first as well.
    else expect(taken[0]).toBeGreaterThanOrEqual(14)
  },
)
