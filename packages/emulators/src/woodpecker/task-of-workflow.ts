import type { WorkflowOrder } from './pipeline-order.ts'
import type { PipelineRow, RepoRow, TaskRow } from './rows.ts'

/** The task that a workflow is queued as, with the labels that the server adds by itself. */
export function taskOfWorkflow(
  repo: RepoRow,
  pipeline: PipelineRow,
  index: number,
  order: WorkflowOrder,
  defaultLabels: Readonly<Record<string, string>>,
): TaskRow {
  const workflow = pipeline.workflows[index]!
  const idOf = (name: string) => {
    const found = pipeline.workflows.find((other) => other.name === name)
    if (!found) throw new Error(`workflow ${workflow.name} depends on ${name}, which is not there`)
    return String(found.id)
  }
  return {
    id: String(workflow.id),
    pid: workflow.pid,
    name: workflow.name,
    labels: {
      ...(order.labels ?? defaultLabels),
      ...internalLabels(repo, pipeline),
      'org-id': String(repo.orgId),
      repo: `${repo.owner}/${repo.name}`,
    },
    dependencies: (order.dependsOn ?? []).map(idOf),
    runOn: order.runOn ?? [],
    pipelineId: pipeline.id,
    repoId: repo.id,
    concurrencyLimit: order.concurrency?.limit ?? 0,
    concurrencyGroup: order.concurrency ? `${repo.id}//${order.concurrency.group}` : '',
    created: pipeline.created,
  }
}

function internalLabels(repo: RepoRow, pipeline: PipelineRow): Record<string, string> {
  return {
    'woodpecker-ci.org/branch': 'main',
    'woodpecker-ci.org/commit-branch': pipeline.branch,
    'woodpecker-ci.org/event': pipeline.event,
    'woodpecker-ci.org/forge-id': 'gitea',
    'woodpecker-ci.org/org-id': String(repo.orgId),
    'woodpecker-ci.org/repo-forge-id': String(100 + repo.id),
    'woodpecker-ci.org/repo-full-name': `${repo.owner}/${repo.name}`,
    'woodpecker-ci.org/repo-id': String(repo.id),
    'woodpecker-ci.org/repo-name': repo.name,
  }
}
