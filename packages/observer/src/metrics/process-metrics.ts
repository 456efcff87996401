import { collectDefaultMetrics, type Registry } from 'prom-client'

/**
 * Memory, processor, event loop and garbage of the process, under the names that dashboards for Node know. Three of
 * prom-client's are gauges that end in `_total`, against Prometheus' conventions; each has a sum of the same kind beside it.
 */
export function addProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry })
  for (const name of NAMED_LIKE_COUNTERS) registry.removeSingleMetric(name)
}

const NAMED_LIKE_COUNTERS = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]
