import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createShare,
  namePrefix,
  type Provider,
  type ProviderDefinition,
  renderCloudInit,
  silentLog,
  sleep,
  systemClock,
  systemRandom,
} from '@woodpeckers/autoscaler-core'
import {
  adminToken,
  EmulatedHetzner,
  EmulatedTimeweb,
  EmulatedWoodpecker,
  serveHetzner,
  serveTimeweb,
  serveWoodpecker,
} from '@woodpeckers/autoscaler-emulators'
import hetzner from '@woodpeckers/autoscaler-provider-hetzner'
import timeweb from '@woodpeckers/autoscaler-provider-timeweb'
import { say, title } from './measure.ts'

const POOL = 'bench'
const AT_ONCE = 8

/** 50 machines wanted at once, against each cloud's emulator over HTTP. */
export async function benchClouds(): Promise<void> {
  title('50 machines at once, 8 at a time (aim: Hetzner within 5 s; Timeweb at its 2 requests a second)')
  const own = { clock: systemClock, random: systemRandom }
  const atHetzner = new EmulatedHetzner({ ...own, answerMs: 50, serverLimit: 100 })
  let tooFast = 0
  atHetzner.onExchange = ({ status }) => {
    if (status === 429) tooFast++
  }
  const servedHetzner = await serveHetzner(atHetzner)
  const hetznerOptions = { apiToken: 'emulated-hetzner-token', serverType: ['cx23:fsn1'], sshKeys: ['admin'] }
  await benchFifty('Hetzner, 50 ms an answer', hetzner, { ...hetznerOptions, endpoint: servedHetzner.url })
  say('  refused for going too fast', String(tooFast))
  await servedHetzner.close()
  const atTimeweb = new EmulatedTimeweb({ ...own, serverLimit: 100 })
  const servedTimeweb = await serveTimeweb(atTimeweb)
  const [preset] = atTimeweb.settings.catalogue.presets
  const timewebOptions = { apiToken: 'timeweb-token', osId: 'ubuntu-24.04', presetId: [String(preset?.id)] }
  await benchFifty('Timeweb', timeweb, { ...timewebOptions, apiUrl: servedTimeweb.url })
  await servedTimeweb.close()
}

async function benchFifty(what: string, definition: ProviderDefinition, options: object): Promise<void> {
  const provider = await definition.create({
    options: definition.options.parse(options),
    pool: { id: POOL, namePrefix: namePrefix(POOL), labels: {} },
    log: silentLog,
    clock: systemClock,
    random: systemRandom,
    share: createShare(),
  })
  const waiting = Array.from({ length: 50 }, (_, at) => `${namePrefix(POOL)}m${at}`)
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: AT_ONCE }, () => deployAll(provider, waiting)))
  say(`${what}: 50 machines asked for in`, `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`)
  await provider.close?.()
}

async function deployAll(provider: Provider, waiting: string[]): Promise<void> {
  const { signal } = new AbortController()
  const offering = (await provider.offerings?.({ signal }))?.[0]?.id
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const environment = { WOODPECKER_HOSTNAME: name }
    const image = 'woodpeckerci/woodpecker-agent:v3'
    const userData = renderCloudInit({ name, poolId: POOL, environment, image, labels: {} })
    const agent = { name, pool: POOL, environment, image, userData, ...(offering ? { offering } : {}) }
    await provider.deployAgent(agent, { signal })
  }
}

/** What each cloud costs in memory: code of one that is not used is not loaded. */
export async function benchProviders(): Promise<void> {
  title('The program from source, idle, by provider')
  const cloud = await serveHetzner(new EmulatedHetzner({ clock: systemClock, random: systemRandom }))
  await idle('hetznercloud', {
    WOODPECKER_HETZNERCLOUD_API_TOKEN: 'emulated-hetzner-token',
    WOODPECKER_HETZNERCLOUD_SERVER_TYPE: 'cx23:fsn1',
    WOODPECKER_HETZNERCLOUD_ENDPOINT: cloud.url,
  })
  await cloud.close()
}

async function idle(provider: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const served = await serveWoodpecker(new EmulatedWoodpecker({ clock: systemClock, random: systemRandom }))
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const bin = join(import.meta.dirname, '../apps/cli/bin/woodpecker-autoscaler.js')
  const args = [bin, 'run', `--provider=${provider}`, `--server-url=${served.url}`, '--min-agents=0']
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], WOODPECKER_TOKEN: adminToken, ...settings },
    stdio: 'ignore',
  })
  await sleep(systemClock, 10_000)
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  const mib = (name: string) =>
    `${(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024).toFixed(0)} MiB`
  say(`--provider=${provider}`, `${mib('VmRSS')} resident, ${mib('RssAnon')} of it its own`)
  child.kill()
  await served.close()
  rmSync(folder, { recursive: true, force: true })
}
