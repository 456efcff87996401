import {
  namePrefix,
  type Provider,
  renderCloudInit,
  systemClock,
  systemRandom,
} from '@woodpeckers/autoscaler-core'
import {
  EmulatedHetzner,
  EmulatedTimeweb,
  serveHetzner,
  serveTimeweb,
} from '@woodpeckers/autoscaler-emulators'
import hetzner from '@woodpeckers/autoscaler-provider-hetzner'
import timeweb from '@woodpeckers/autoscaler-provider-timeweb'
import { say, title } from './measure.ts'
import { openProvider } from './wiring.ts'

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

async function benchFifty(
  what: string,
  definition: Parameters<typeof openProvider>[0],
  options: object,
): Promise<void> {
  const provider = await openProvider(definition, options, POOL, {
    clock: systemClock,
    random: systemRandom,
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
