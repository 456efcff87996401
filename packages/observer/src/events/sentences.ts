import {
  type Action,
  formatDuration,
  type Hold,
  nameOf,
  type Outcome,
  obstacleText,
  type Plan,
} from '@woodpeckers/autoscaler-core'

export function decisionText(action: Action): string {
  const name = nameOf(action)
  return `${action.kind}${name === undefined ? '' : ` ${name}`}: ${action.reason}`
}

export function outcomeText({ action, name, result, detail, tookMs }: Outcome): string {
  const came = result === 'done' ? `done in ${formatDuration(tookMs)}` : result
  return `${action.kind} ${name}: ${came}${result !== 'done' && detail ? `, ${detail}` : ''}`
}

export function holdText({ reason, subject }: Hold): string {
  return subject === undefined ? `hold: ${reason}` : `hold ${subject}: ${reason}`
}

/** Why no pool takes a task, pool by pool. */
export function obstaclesText({ obstacles }: Plan['unmatched'][number]): string {
  return obstacles.map((obstacle) => `pool ${obstacle.pool} ${obstacleText(obstacle)}`).join('; ')
}
