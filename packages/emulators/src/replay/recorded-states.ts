import type { Stage } from './stage.ts'

/** Brings the server into the state in which an answer was recorded. */
export type Prepare = (stage: Stage) => Promise<unknown> | unknown

const labels = { '!secure': 'yes', gpu: '*', tier: 'big' }
const long = { durationMs: 60_000 }

const fewRecords: Prepare = ({ server }) => {
  for (let i = 0; i < 8; i++) server.records.create({ name: `agent-${i}`, no_schedule: false }, 1)
}

/** Agent 8 is connected; `busy`: and has a task. */
const live =
  (busy: boolean): Prepare =>
  async (stage) => {
    for (let i = 0; i < 7; i++) stage.server.records.create({ name: `agent-${i}`, no_schedule: false }, 1)
    stage.agent({ hostname: 'live-labels', maxWorkflows: 3, labels })
    if (busy) stage.pipeline({ workflows: [{ ...long, labels: { secure: 'yes', tier: 'big' } }] })
    await stage.wait(2)
  }

const threeWorkflows: Prepare = async (stage) => {
  stage.pipeline({
    workflows: [
      { name: 'build', durationMs: 100 },
      { name: 'deploy', dependsOn: ['build', 'test'] },
      { name: 'test', dependsOn: ['build'], durationMs: 20_000 },
    ],
  })
  await stage.wait(1)
}

/** Pipelines of so many workflows that have ended before. */
async function earlier(stage: Stage, ...sizes: readonly number[]): Promise<void> {
  for (const size of sizes) {
    const pipeline = stage.pipeline({ workflows: Array.from({ length: size }, () => ({ durationMs: 1 })) })
    await stage.until(() => pipeline.status === 'success')
    await stage.wait(0.1)
  }
}

/** Five tasks, of which one is for a platform that nobody has. */
const fiveTasks: Prepare = async (stage) => {
  const special = { empty: '', platform: 'linux/arm64', tier: 'big' }
  stage.pipeline()
  stage.pipeline({ workflows: [{ labels: special }] })
  stage.pipeline({ repo: 'globex/app1', workflows: [{ labels: { 'org-id': '1', repo: 'acme/app1' } }] })
  stage.pipeline({ workflows: [{ name: 'woodpecker' }, { name: 'woodpecker' }] })
  await stage.wait(1)
}

/** Each recorded answer, with how a server comes to give it. */
export const recordedStates: readonly (readonly [file: string, prepare: Prepare])[] = [
  ['agent_create', () => {}],
  ['agent_create_bad_json', () => {}],
  ['agent_create_bad_type', () => {}],
  ['agent_create_empty_body', () => {}],
  ['agent_create_extra_fields', () => {}],
  ['agent_create_no_body', () => {}],
  ['agent_create_no_schedule', () => {}],
  ['agent_create_same_name', fewRecords],
  ['agent_delete_again', () => {}],
  ['agent_delete_idle_connected', live(false)],
  ['agent_delete_no_contact', fewRecords],
  ['agent_delete_running', live(true)],
  ['agent_get_404', () => {}],
  ['agent_get_bad_id', () => {}],
  ['agent_get_no_contact', fewRecords],
  ['agent_patch_404', () => {}],
  ['agent_patch_bad_json', fewRecords],
  ['agent_patch_name_dropped', live(true)],
  ['agent_patch_no_schedule', live(true)],
  ['agent_patch_schedule_dropped', live(true)],
  ['agent_tasks_404', () => {}],
  ['agent_tasks_idle', fewRecords],
  [
    'agent_tasks_running',
    async (stage) => {
      stage.agent({ maxWorkflows: 2 })
      stage.pipeline({ workflows: [long, long] })
      await stage.wait(1)
    },
  ],
  [
    'agent_tasks_busy_after_server_restart',
    async (stage) => {
      stage.agent()
      stage.pipeline({ workflows: [long] })
      await stage.wait(1)
      stage.server.restart()
    },
  ],
  ['agents_empty', () => {}],
  ['agents_one_working', live(true)],
  ['agents_various', fewRecords],
  ['error_401_agent_create', () => {}],
  ['error_401_agent_delete', () => {}],
  ['error_401_agent_tasks', () => {}],
  ['error_401_agent_token', () => {}],
  ['error_401_agents', () => {}],
  ['error_401_bad_token', () => {}],
  ['error_401_queue_info', () => {}],
  ['error_401_queue_pause', () => {}],
  ['error_401_token_of_deleted_user', () => {}],
  ['error_401_user', () => {}],
  ['error_403_agent_create', () => {}],
  ['error_403_agent_delete', () => {}],
  ['error_403_agent_tasks', () => {}],
  ['error_403_agents', () => {}],
  ['error_403_queue_info', () => {}],
  ['error_403_queue_pause', () => {}],
  ['error_unknown_api_path', () => {}],
  ['healthz', () => {}],
  ['org_agent_create', () => {}],
  ['org_agent_delete_wrong_org', fewRecords],
  ['org_agents', ({ server }) => server.records.create({ name: 'acme-agent', no_schedule: false }, 1, 3)],
  [
    'pipeline_finished',
    async (stage) => {
      stage.agent()
      stage.pipeline()
      await stage.wait(5)
    },
  ],
  [
    'queue_info_500_after_repo_delete',
    async (stage) => {
      stage.agent({ maxWorkflows: 6 })
      stage.pipeline({ workflows: [long, long, long, long, long, long] })
      await stage.wait(1)
      stage.server.pipelines.cancel([...stage.server.database.pipelines.values()][0]!)
      stage.pipeline({ workflows: [{ labels: { no: 'one' } }] })
      await stage.wait(1)
      stage.server.removeRepo('acme/app1')
    },
  ],
  [
    'queue_info_busy_after_server_restart',
    async (stage) => {
      stage.agent()
      stage.pipeline({ workflows: [long] })
      await stage.wait(1)
      stage.server.restart()
    },
  ],
  [
    'queue_info_concurrency_group',
    async (stage) => {
      const concurrency = { group: 'deploy', limit: 1 }
      stage.agent({ hostname: 'agent-a' })
      await earlier(stage, 3, 2)
      for (let i = 0; i < 3; i++) stage.pipeline({ workflows: [{ ...long, concurrency }] })
      await stage.wait(2)
    },
  ],
  [
    'queue_info_dep_failed',
    async (stage) => {
      const { id } = stage.agent({ hostname: 'agent-a' })
      await earlier(stage, 3)
      const build = { name: 'build', outcome: 'failure' as const }
      stage.pipeline({ workflows: [build, { name: 'test', dependsOn: ['build'] }] })
      await stage.wait(0.5)
      await stage.server.records.patch(id, { name: 'agent-a', no_schedule: true })
      await stage.wait(3)
    },
  ],
  [
    'queue_info_dep_status',
    async (stage) => {
      stage.agent({ hostname: 'agent-a', maxWorkflows: 2 })
      await threeWorkflows(stage)
    },
  ],
  [
    'queue_info_deps_paused',
    async (stage) => {
      stage.server.pause()
      await threeWorkflows(stage)
    },
  ],
  ['queue_info_empty', () => {}],
  [
    'queue_info_idle_workers',
    async (stage) => {
      stage.agent({ maxWorkflows: 5 })
      await stage.wait(1)
    },
  ],
  [
    'queue_info_nameless_agent',
    async (stage) => {
      await live(true)(stage)
      await stage.server.records.patch(8, { name: '', no_schedule: false })
    },
  ],
  [
    'queue_info_no_schedule_running',
    async (stage) => {
      await live(true)(stage)
      await stage.server.records.patch(8, { name: 'live-labels', no_schedule: true })
      stage.agent({ maxWorkflows: 2 })
      await stage.wait(1)
    },
  ],
  ['queue_info_pending_labels', fiveTasks],
  [
    'queue_info_paused_pending',
    async (stage) => {
      stage.server.pause()
      await fiveTasks(stage)
    },
  ],
  [
    'queue_info_running_and_pending',
    async (stage) => {
      const repos = ['acme/app1', 'acme/app1', 'globex/app1', 'acme/app1']
      const agentLabels = { platform: 'linux/amd64' }
      stage.agent({ hostname: 'agent-a', maxWorkflows: 2, labels: agentLabels })
      for (const [index, repo] of repos.entries()) {
        const special = { empty: '', platform: 'linux/arm64', tier: 'big' }
        const workflow = { ...long, labels: index === 1 ? special : {} }
        const workflows = index === 3 ? [workflow, workflow] : [workflow]
        stage.pipeline({ repo, workflows: workflows.map((one) => ({ ...one, name: 'woodpecker' })) })
        await stage.wait(1)
      }
    },
  ],
  ['queue_info_paused_empty', ({ server }) => server.pause()],
  [
    'queue_info_pending_no_agents',
    async (stage) => {
      stage.pipeline()
      await stage.wait(1)
    },
  ],
  [
    'queue_info_requeued',
    async (stage) => {
      const { process } = stage.agent({ hostname: 'victim' })
      stage.pipeline()
      await stage.until(() => stage.server.queue.running.size === 1)
      process.kill()
      await stage.wait(65)
    },
  ],
  [
    'queue_info_unmatchable_with_idle_workers',
    async (stage) => {
      stage.agent({ maxWorkflows: 2 })
      await earlier(stage, 1)
      const special = { empty: '', platform: 'linux/arm64', tier: 'big' }
      stage.pipeline({ workflows: [{ labels: special }] })
      await stage.wait(1)
    },
  ],
  ['queue_info_waiting_on_deps', threeWorkflows],
  [
    'queue_info_waiting_on_deps_running',
    async (stage) => {
      stage.agent({ hostname: 'agent-a', maxWorkflows: 2 })
      const deploy = { name: 'deploy', dependsOn: ['build', 'test'] }
      const last = { name: 'test', dependsOn: ['build'] }
      stage.pipeline({ workflows: [{ ...long, name: 'build' }, deploy, last] })
      await stage.wait(1)
    },
  ],
  ['queue_pause', () => {}],
  ['queue_resume', () => {}],
  ['user_admin', () => {}],
  ['user_non_admin', () => {}],
  ['version', () => {}],
]
