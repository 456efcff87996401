// Checks what a URL answers as metrics, and has a Prometheus of our own scrape it once, with our rules: for `check.sh`.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expressionsIn } from '../../packages/observer/src/metrics-page/expressions.test-setup.ts'
import { freePort } from '../../packages/provider-local/src/free-port.ts'
import { realRun } from './real-run.ts'
import { simulatedMetrics } from './simulated-metrics.ts'

const [folder = '', givenUrl, tokenFile] = process.argv.slice(2)
const DEADLINE_MS = 60_000

if (givenUrl !== undefined) {
  await checkUrl(new URL(givenUrl))
} else {
  // Mishaps that a real run of a minute does not have.
  checkText('a simulated run', await simulatedMetrics())
  const run = await realRun()
  try {
    await checkUrl(new URL(run.url))
  } finally {
    await run.close()
  }
}

async function checkUrl(url: URL): Promise<void> {
  checkText(url.href, await read(url))
  await scrapeOnce(url)
}

async function read(url: URL): Promise<string> {
  const headers = tokenFile ? { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` } : {}
  const answer = await fetch(url, { headers })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  return answer.text()
}

function checkText(whose: string, text: string): void {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`promtool check metrics:\n${stdout}${stderr}`)
  const count = text.match(/^# TYPE /gm)?.length ?? 0
  if (count < 20) throw new Error(`${whose} has only ${count} metrics`)
  console.log(`promtool check metrics: all ${count} of ${whose} are as they should be`)
}

async function scrapeOnce(url: URL): Promise<void> {
  const port = await freePort()
  const config = join(folder, 'prometheus.yml')
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [resolve('examples/monitoring/alerts.yaml')],
      scrape_configs: [
        {
          job_name: 'woodpecker-autoscaler',
          metrics_path: url.pathname,
          static_configs: [{ targets: [url.host] }],
          ...(tokenFile && { authorization: { credentials_file: resolve(tokenFile) } }),
        },
      ],
    }),
  )
  const prometheus = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  prometheus.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4_000)
  })
  const ended = new Promise<void>((done) => prometheus.once('exit', () => done()))
  try {
    const ask = (path: string) =>
      answered(`http://127.0.0.1:${port}/api/v1/${path}`, () => prometheus.exitCode !== null)
    const ticks = await until(
      async () => (await ask('query?query=woodpecker_autoscaler_ticks_total')).result?.[0]?.value?.[1],
    )
    const rules = await until(async () => {
      const { groups = [] } = await ask('rules')
      const all = groups.flatMap((group: { rules: { name: string; health: string }[] }) => group.rules)
      return all.length > 0 && all.every(({ health }: { health: string }) => health !== 'unknown')
        ? all
        : undefined
    })
    const broken = rules.filter(({ health }: { health: string }) => health !== 'ok')
    if (broken.length > 0) throw new Error(`rules that Prometheus cannot evaluate: ${JSON.stringify(broken)}`)
    console.log(`Prometheus scraped it: ${ticks} ticks; all ${rules.length} rules could be evaluated`)
    const asked = dashboardQueries()
    for (const query of asked) {
      const { resultType } = await ask(`query?query=${encodeURIComponent(query)}`)
      if (resultType !== 'vector')
        throw new Error(`Prometheus does not take what the dashboard asks: ${query}`)
    }
    console.log(`Prometheus answers all ${asked.length} queries of the dashboard`)
  } catch (error) {
    console.error(said)
    throw error
  } finally {
    prometheus.kill()
    await ended
  }
}

/** With what Grafana would put in for its variables. */
function dashboardQueries(): readonly string[] {
  return expressionsIn(readFileSync('examples/monitoring/dashboard.json', 'utf8'))
    .map(({ text }) => text.replaceAll('$__rate_interval', '1m').replaceAll(/\$(instance|pool)/g, '.*'))
    .filter((text) => !text.startsWith('label_values('))
}

// biome-ignore lint/suspicious/noExplicitAny: answers of another program, of which three fields are looked at
async function answered(url: string, isOver: () => boolean): Promise<any> {
  if (isOver()) throw new Error('Prometheus has ended')
  const answer = await fetch(url).catch(() => undefined)
  return answer?.ok ? (await answer.json()).data : {}
}

async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const endsAt = Date.now() + DEADLINE_MS
  while (Date.now() < endsAt) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await sleep(200)
  }
  throw new Error('Prometheus did not come so far within a minute')
}
