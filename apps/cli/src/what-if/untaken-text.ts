import type { Untaken } from '@woodpeckers/autoscaler-traces'

const NAMED_AT_MOST = 10

/** A line for each label that keeps jobs from every pool. */
export function untakenLines(name: string, untaken: readonly Untaken[]): readonly string[] {
  const lines = untaken.slice(0, NAMED_AT_MOST).map(({ jobs, obstacles }) => {
    const why = obstacles.map(({ pool, obstacle: { key, wanted, offered, demanded } }) => {
      if (demanded) return `pool ${pool} takes only ${key}=${offered}`
      const has = offered === undefined ? 'has no such label' : `has ${offered}`
      return `${key}=${wanted ?? ''}, pool ${pool} ${has}`
    })
    return `${name}: ${jobs.toLocaleString('en')} ${jobs === 1 ? 'job is' : 'jobs are'} taken by no pool: ${why.join('; ')}`
  })
  const more = untaken.length - lines.length
  return more > 0 ? [...lines, `${name}: and ${more} more kinds of jobs`] : lines
}
