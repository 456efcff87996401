import { newAgentName, type Provider } from '@woodpeckers/autoscaler-core'
import {
  createFakeProvider,
  FakeCiServer,
  FakeCloud,
  type FakeCloudOptions,
  ManualClock,
} from '@woodpeckers/autoscaler-core/testing'
import { styleFor } from '../terminal/style.ts'
import { runTrial, type TrialResult } from './run-trial.ts'
import { Steps } from './steps.ts'
import type { Traces, Trial } from './trial.ts'

const POOL = '1-test'

/** A fake server and cloud on a clock of their own, and a test of the provider between them. */
export class TrialStage {
  readonly clock: ManualClock = new ManualClock()
  readonly server: FakeCiServer = new FakeCiServer({ clock: this.clock, pollAgainMs: 0 })
  readonly cloud: FakeCloud
  readonly name: string = newAgentName(POOL, () => 0)
  readonly traces: Traces = { record: 'none', machine: 'none' }
  readonly stop: AbortController = new AbortController()
  printed = ''
  readonly #steps: Steps

  constructor(options: Partial<FakeCloudOptions> = {}) {
    const connect = ({ name }: { readonly name: string }) => {
      const agent = this.server.connect(name)
      return () => agent.kill()
    }
    this.cloud = new FakeCloud({
      clock: this.clock,
      bootDelayMs: 30_000,
      offerings: [
        { id: 'small', hourlyPrice: { amount: 0.0059, currency: 'EUR' } },
        { id: 'large', hourlyPrice: { amount: 0.0118, currency: 'EUR' } },
      ],
      onBoot: connect,
      ...options,
    })
    const output = {
      write: (text: string) => {
        this.printed += text
      },
    }
    this.#steps = new Steps({
      clock: this.clock,
      output,
      style: styleFor(output, {}),
      redact: (text) => text,
    })
  }

  /** What the steps came to, one word each. */
  get steps(): readonly string[] {
    return this.#steps.done.map(({ step, ok }) => (ok ? step : `${step} failed`))
  }

  /** Seconds that a step took. */
  took(wanted: string): number | undefined {
    const found = this.#steps.done.find(({ step }) => step === wanted)
    return found && Math.round(found.tookMs / 1_000)
  }

  /** Runs the test to its end, in virtual time. */
  async run(
    change: Partial<Trial> = {},
    adapt: (provider: Provider) => Provider = (same) => same,
  ): Promise<TrialResult> {
    const trial: Trial = {
      name: this.name,
      pool: POOL,
      provider: adapt(createFakeProvider(this.cloud, { pool: POOL })),
      server: this.server,
      agent: { labels: {}, image: undefined, environment: {}, renderUserData: () => '#cloud-config\n' },
      slots: 2,
      clock: this.clock,
      stop: this.stop.signal,
      waits: { listedMs: 120_000, connectedMs: 600_000 },
      onSecrets: () => {},
      ...change,
    }
    const running = { isSo: true }
    const result = runTrial(trial, this.traces, this.#steps).finally(() => {
      running.isSo = false
    })
    result.catch(() => {})
    while (running.isSo) await this.clock.advance(250)
    return await result
  }

  /** Machines and records that are still there. */
  get remains(): readonly string[] {
    return [
      ...this.cloud.machines.map(({ name }) => `machine ${name}`),
      ...this.server.agents.map(({ name }) => `record ${name}`),
    ]
  }
}
