/** A size of one's own, as the API takes it. */
export interface Configuration {
  readonly cpu: number
  readonly ramMb: number
  readonly diskMb: number
  readonly gpu: number | undefined
  /** Undefined: the first that allows the rest. */
  readonly configurator: string | undefined
}

const KNOWN = ['cpu', 'ram', 'disk', 'gpu', 'configurator']
const EXAMPLE = 'like cpu=2,ram=4GB,disk=40GB'

/** Reads `cpu=2,ram=4GB,disk=40GB`: plain sizes are megabytes, as in the API. Or the end of a sentence. */
export function readConfiguration(
  pairs: Readonly<Record<string, string>>,
): Configuration | { readonly wrong: string } {
  const unknown = Object.keys(pairs).find((key) => !KNOWN.includes(key))
  if (unknown !== undefined) return { wrong: `knows no “${unknown}”; it must be ${EXAMPLE}` }
  const cpu = wholeNumber(pairs['cpu'])
  const ramMb = megabytes(pairs['ram'])
  const diskMb = megabytes(pairs['disk'])
  if (!cpu || !ramMb || !diskMb) return { wrong: `needs cpu, ram and disk, ${EXAMPLE}` }
  const gpu = wholeNumber(pairs['gpu'])
  if (pairs['gpu'] !== undefined && gpu === undefined) return { wrong: 'needs a whole number as gpu' }
  return { cpu, ramMb, diskMb, gpu, configurator: pairs['configurator'] }
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

function megabytes(text: string | undefined): number | undefined {
  const [, amount, unit] = /^(\d+)\s*(mb?|gb?)?$/i.exec(text ?? '') ?? []
  if (amount === undefined) return undefined
  return Number(amount) * (/^g/i.test(unit ?? '') ? 1024 : 1)
}
