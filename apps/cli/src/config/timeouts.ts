import { formatDuration } from '@woodpeckers/autoscaler-core'
import type { ProcessSettings } from '../settings/cli-schema.ts'
import type { PoolConfig } from './config.ts'
import { settingName } from './setting-names.ts'

/** Without a sign of life for so long, the container's health check fails: see `health-file.ts`. */
const HEALTH_STALE_MS = 3 * 60_000

/** One line for each two times of a pool that work against each other. */
export function timeoutWarnings(
  pool: PoolConfig,
  { reconciliationInterval, healthFile }: Pick<ProcessSettings, 'reconciliationInterval' | 'healthFile'>,
): readonly string[] {
  const { agentInactivityTimeout, bootAllowance, maxAge } = pool
  const said = (key: 'agentInactivityTimeout' | 'bootAllowance' | 'maxAge', ms: number) =>
    `${settingName(pool, key)} is ${formatDuration(ms)}`
  const lines: string[] = []
  if (agentInactivityTimeout <= bootAllowance)
    lines.push(
      `${said('agentInactivityTimeout', agentInactivityTimeout)} and ${said('bootAllowance', bootAllowance)}: a machine that boots slowly is terminated while a task still waits for it; the first must be longer than a boot takes`,
    )
  if (maxAge !== undefined && maxAge <= bootAllowance)
    lines.push(
      `${said('maxAge', maxAge)} and ${said('bootAllowance', bootAllowance)}: machines are replaced about as soon as they have booted; the first must be much longer`,
    )
  if (healthFile !== undefined && reconciliationInterval >= HEALTH_STALE_MS)
    lines.push(
      `the interval is ${formatDuration(reconciliationInterval)}: the health check of the container fails after 3m without a tick; make it shorter`,
    )
  return lines
}
