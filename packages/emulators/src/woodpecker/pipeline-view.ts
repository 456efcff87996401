import type { Database } from './database.ts'
import type { PipelineRow, RepoRow, WorkflowRow } from './rows.ts'

/** A pipeline as `GET /api/repos/{id}/pipelines/{number}` and the events show it. */
export function pipelineView(pipeline: PipelineRow, repo: RepoRow, version: string): object {
  const fullName = `${repo.owner}/${repo.name}`
  return {
    id: pipeline.id,
    number: pipeline.number,
    author: 'admin',
    parent: 0,
    event: pipeline.event,
    event_reason: null,
    status: pipeline.status,
    errors: null,
    created: pipeline.created,
    updated: pipeline.updated,
    started: pipeline.started,
    finished: pipeline.finished,
    deploy_to: '',
    deploy_task: '',
    commit: pipeline.commit,
    branch: pipeline.branch,
    rerun_count: 0,
    ref: `refs/heads/${pipeline.branch}`,
    refspec: '',
    author_avatar: FORGE,
    forge_url: `${FORGE}/${fullName}/commit/${pipeline.commit}`,
    reviewed_by: '',
    reviewed: 0,
    workflows: pipeline.workflows.map(workflowView),
    version,
    title: '',
    message: `${pipeline.event.toUpperCase()} PIPELINE @ ${pipeline.branch}`,
    timestamp: pipeline.created,
    sender: '',
    author_email: 'admin@example.invalid',
  }
}

/** Times and agent are left out while they are zero. */
function workflowView(workflow: WorkflowRow): object {
  const times = {
    ...(workflow.started ? { started: workflow.started } : {}),
    ...(workflow.finished ? { finished: workflow.finished } : {}),
  }
  const step = {
    id: workflow.id,
    uuid: `01M7YB${String(workflow.id).padStart(20, '0')}`,
    pipeline_id: workflow.pipelineId,
    pid: workflow.pid + 1,
    ppid: workflow.pid,
    name: 'step1',
    state: workflow.state,
    exit_code: workflow.state === 'failure' ? 1 : 0,
    ...times,
    type: 'commands',
  }
  return {
    id: workflow.id,
    pipeline_id: workflow.pipelineId,
    pid: workflow.pid,
    name: workflow.name,
    state: workflow.state,
    ...times,
    ...(workflow.agentId ? { agent_id: workflow.agentId } : {}),
    children: [step],
  }
}

/** Every pipeline that has not ended, by the database: `GET /api/pipelines`. */
export function activePipelines(database: Database): object[] {
  return [...database.pipelines.values()]
    .filter(({ status }) => status === 'pending' || status === 'running')
    .map((pipeline) => ({
      repo_id: pipeline.repoId,
      id: pipeline.id,
      number: pipeline.number,
      event: pipeline.event,
      status: pipeline.status,
      created: pipeline.created,
      ...(pipeline.started ? { started: pipeline.started } : {}),
      commit: pipeline.commit,
      branch: pipeline.branch,
      ref: `refs/heads/${pipeline.branch}`,
      message: `${pipeline.event.toUpperCase()} PIPELINE @ ${pipeline.branch}`,
      author: 'admin',
      author_avatar: FORGE,
      author_email: 'admin@example.invalid',
    }))
}

/** A repository as the events show it. */
export function repoView(repo: RepoRow): object {
  const fullName = `${repo.owner}/${repo.name}`
  return {
    id: repo.id,
    forge_id: 1,
    forge_remote_id: String(100 + repo.id),
    org_id: repo.orgId,
    owner: repo.owner,
    name: repo.name,
    full_name: fullName,
    avatar_url: `${FORGE}/${fullName}`,
    forge_url: `${FORGE}/${fullName}`,
    clone_url: `${FORGE}/${fullName}.git`,
    clone_url_ssh: `ssh://git@forge.invalid/${fullName}.git`,
    default_branch: 'main',
    pr_enabled: true,
    timeout: 60,
    visibility: repo.visibility,
    private: repo.visibility === 'private',
    trusted: { network: false, volumes: false, security: false },
    require_approval: 'forks',
    approval_allowed_users: null,
    active: true,
    allow_pr: true,
    allow_deploy: false,
    config_file: '',
    cancel_previous_pipeline_events: ['push', 'pull_request'],
    netrc_trusted: null,
  }
}

const FORGE = 'http://forge.invalid'
