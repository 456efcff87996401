import type { Clock } from '@woodpeckers/autoscaler-core'
import type { Output } from '../surroundings.ts'
import { oneLine } from '../terminal/one-line.ts'
import type { Style } from '../terminal/style.ts'

/** A step that has ended, well or not. */
export interface Step {
  readonly step: string
  readonly ok: boolean
  readonly tookMs: number
  /** What came of it. */
  readonly text: string
}

export interface StepsOptions {
  readonly clock: Clock
  readonly output: Output
  readonly style: Style
  readonly redact: (text: string) => string
}

const TICK_MS = 1_000
const NAME_WIDTH = 10
const TIME_WIDTH = 8

/** Runs steps one after another, and shows each with its time; on a terminal also the one under way. */
export class Steps {
  readonly done: Step[] = []
  readonly #options: StepsOptions
  readonly #shown = new WeakSet<object>()

  constructor(options: StepsOptions) {
    this.#options = options
  }

  /** `tell`: what is said of its result. What it throws is shown, and thrown on. */
  async run<T>(step: string, work: () => Promise<T>, tell: (result: T) => string): Promise<T> {
    const { clock, redact } = this.#options
    const startedAt = clock.monotonic()
    const stopDrawing = this.#draw(step, startedAt)
    const end = (ok: boolean, text: string) => {
      stopDrawing()
      const ended = { step, ok, tookMs: clock.monotonic() - startedAt, text: redact(oneLine(text)) }
      this.done.push(ended)
      this.#show(ended)
    }
    try {
      const result = await work()
      end(true, tell(result))
      return result
    } catch (error) {
      end(false, error instanceof Error ? error.message : String(error))
      if (error instanceof Error) this.#shown.add(error)
      throw error
    }
  }

  /** Whether a step has ended with it, and so has shown it. */
  hasShown(error: unknown): boolean {
    return error instanceof Error && this.#shown.has(error)
  }

  /** Lines between the steps. */
  say(text: string): void {
    const { output, redact } = this.#options
    output.write(`${output.isTTY ? CLEAR_LINE : ''}${redact(text)}\n`)
  }

  #show({ step, ok, tookMs, text }: Step): void {
    const { style } = this.#options
    const mark = ok ? style.good('✓') : style.bad('✗')
    this.say(`${mark} ${style.title(step.padEnd(NAME_WIDTH))} ${timeText(tookMs)}  ${text}`.trimEnd())
  }

  #draw(step: string, startedAt: number): () => void {
    const { clock, output, style } = this.#options
    if (!output.isTTY) return () => {}
    let cancel: () => void
    const draw = () => {
      output.write(
        `${CLEAR_LINE}… ${step.padEnd(NAME_WIDTH)} ${style.quiet(timeText(clock.monotonic() - startedAt))}`,
      )
      cancel = clock.startTimer(TICK_MS, draw)
    }
    draw()
    return () => {
      cancel()
      output.write(CLEAR_LINE)
    }
  }
}

/** An output for what others say meanwhile, which is not to stand behind the step under way. */
export function besideSteps(output: Output, redact: (text: string) => string): Output {
  const isTTY = output.isTTY ?? false
  return { isTTY, write: (text) => output.write(`${isTTY ? CLEAR_LINE : ''}${redact(text)}`) }
}

/** Back to the line's beginning, and nothing on it. */
const CLEAR_LINE = '\r\u001b[2K'

function timeText(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`.padStart(TIME_WIDTH)
}
