import type { Labels, Log } from '@woodpeckers/autoscaler-core'
import type { AwsOptions } from './options.ts'

/**
 * What agents demand of a task where AWS may take their machine back: a label that begins with `!`, which Woodpecker
 * knows from 3.12 on. A task whose machine goes is lost, so who wrote it has to have said that it may.
 */
export function spotLabels({ useSpotInstances, spotLabel }: AwsOptions): Labels {
  if (!useSpotInstances || !hasLabel(spotLabel)) return {}
  const at = spotLabel.indexOf('=')
  return { [`!${spotLabel.slice(0, at)}`]: spotLabel.slice(at + 1) }
}

/** Says once what it costs to do without. */
export function tellOfSpotWithoutLabel({ useSpotInstances, spotLabel }: AwsOptions, log: Log): void {
  if (!useSpotInstances || hasLabel(spotLabel)) return
  log.warn(
    {},
    '--aws-spot-label (WOODPECKER_AWS_SPOT_LABEL) is none: any task may run on a spot machine, and is lost when AWS takes that back',
  )
}

function hasLabel(spotLabel: string): boolean {
  return spotLabel !== '' && spotLabel !== 'none'
}
