import { systemClock } from '@woodpeckers/autoscaler-core'
import { type DescribedMetric, Metrics } from '../metrics/index.ts'

/** What the page is written with. */
export const WRITE_PAGE = 'pnpm metrics:docs'

/** Which of them there are depends on Node and on the system. */
export const OF_THE_PROCESS = '## Of the process'

/** `docs/metrics.md`: every metric of the registry, with its help text. */
export function metricsPage(): string {
  const all = new Metrics({ clock: systemClock, version: '' }).described
  const isOurs = ({ name }: DescribedMetric): boolean => name.startsWith('woodpecker_autoscaler_')
  return [
    INTRO,
    '## Of the autoscaler\n',
    table(all.filter(isOurs)),
    LABELS,
    `${OF_THE_PROCESS}\n`,
    'Under the names that every program for Node gives them; some only on Linux.\n',
    table(all.filter((metric) => !isOurs(metric))),
  ].join('\n')
}

function table(metrics: readonly DescribedMetric[]): string {
  const rows = metrics.map(({ name, kind, labels, help }) => {
    const named = labels.map((label) => `\`${label}\``).join(', ')
    return `| \`${name}\` | ${kind} | ${named} | ${help.replaceAll('|', '\\|')} |`
  })
  return `| metric | kind | labels | what it says |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`
}

const INTRO = `<!-- Made from the registry by \`${WRITE_PAGE}\`. -->
# Metrics

\`GET /metrics\` answers them in Prometheus' text format. [A dashboard for Grafana, alert rules and a \`prometheus.yml\`](../examples/monitoring) are
ready to use.

- Counters begin with 0 in each process. Gauges are those of the latest look; what could not be read has no value, rather than 0.
- Times and ages are by the clock of the computer that the autoscaler runs on. A start, a contact or a first task is seen by the look that follows it: at most one interval late.
- No label has values without end: no machine's name, no task, no repository.
- Money is told by currency, and never added up over currencies.
`

const LABELS = `### Labels

| label | values |
| --- | --- |
| \`pool\` | the pools' ids, and those of pools that were there earlier; empty for work on agents that are not ours |
| \`state\` of tasks | \`pending\`, \`waiting\`, \`running\` |
| \`state\` of machines | \`launching\`, \`booting\`, \`idle\`, \`busy\`, \`draining\`, \`drained\`, \`parked\`, \`silent\`, \`lost\`, \`orphan\`, \`zombie\` (a record without machine), \`ending\` |
| \`kind\` of slots | \`busy\`, \`free\`, \`booting\`, \`draining\` |
| \`kind\` of decisions and outcomes | \`launch\`, \`start\`, \`cordon\`, \`uncordon\`, \`park\`, \`terminate\`, \`forget\` |
| \`because\`, \`cause\` | one of few words, as in the events and the log |
| \`result\` of outcomes | \`done\`, \`refused\`, \`failed\` |
| \`result\` of calls | \`ok\`, \`no-answer\`, or the kind of the error: \`auth\`, \`rate-limited\`, \`transient\`, \`offering-unavailable\`, \`quota-exceeded\`, \`unexpected-answer\`, \`queue-needs-agent\`, \`rejected\` |
| \`target\` | \`server\`, or the name of a provider |
| \`currency\` | three letters, such as \`EUR\` |
`
