/** A machine of the EC2 that stands in. */
export interface StandInMachine {
  readonly id: string
  readonly region: string
  readonly type: string
  readonly tags: Record<string, string>
  readonly launchedAt: number
  readonly spot: boolean
  readonly request: URLSearchParams
  state: 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated'
  reason: string
}

/** An error as EC2 answers it. */
export class Ec2Refusal extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** `Filter.1.Name=…&Filter.1.Value.1=…` */
export function filtersOf(request: URLSearchParams): readonly { name: string; values: readonly string[] }[] {
  const filters: { name: string; values: readonly string[] }[] = []
  for (let at = 1; request.has(`Filter.${at}.Name`); at++) {
    filters.push({ name: request.get(`Filter.${at}.Name`)!, values: numbered(request, `Filter.${at}.Value`) })
  }
  return filters
}

export function numbered(request: URLSearchParams, prefix: string): readonly string[] {
  const values: string[] = []
  for (let at = 1; request.has(`${prefix}.${at}`); at++) values.push(request.get(`${prefix}.${at}`)!)
  return values
}

export function fits(
  machine: StandInMachine,
  { name, values }: { name: string; values: readonly string[] },
): boolean {
  if (name === 'instance-state-name') return values.includes(machine.state)
  if (name === 'instance-id') return values.includes(machine.id)
  if (name === 'tag-key') return values.some((key) => key in machine.tags)
  if (name.startsWith('tag:')) return values.includes(machine.tags[name.slice(4)] ?? '')
  throw new Ec2Refusal('InvalidParameterValue', `the stand-in has no filter ${name}`)
}

export function tagsOfRequest(request: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {}
  for (let at = 1; request.has(`TagSpecification.1.Tag.${at}.Key`); at++) {
    tags[request.get(`TagSpecification.1.Tag.${at}.Key`)!] =
      request.get(`TagSpecification.1.Tag.${at}.Value`) ?? ''
  }
  return tags
}

export function machineXml(machine: StandInMachine): string {
  const tags = Object.entries(machine.tags)
    .map(([key, value]) => `<item><key>${key}</key><value>${value}</value></item>`)
    .join('')
  return `<item><instanceId>${machine.id}</instanceId><instanceState><name>${machine.state}</name></instanceState>
    <instanceType>${machine.type}</instanceType><launchTime>${new Date(machine.launchedAt).toISOString()}</launchTime>
    <placement><availabilityZone>${machine.region}a</availabilityZone></placement>
    ${machine.spot ? '<instanceLifecycle>spot</instanceLifecycle>' : ''}<reason>${machine.reason}</reason>
    <tagSet>${tags}</tagSet></item>`
}

/** One entry of the price list: a text of JSON in JSON, with what a reservation has paid already beside it. */
export function priceEntry(instanceType: string, price: number): string {
  const term = (dollars: number) => ({
    priceDimensions: { 'T.R': { unit: 'Hrs', pricePerUnit: { USD: dollars.toFixed(10) } } },
  })
  return JSON.stringify({
    product: { productFamily: 'Compute Instance', attributes: { instanceType, operatingSystem: 'Linux' } },
    terms: { OnDemand: { 'S.0': term(0), 'S.1': term(price) }, Reserved: { 'S.2': term(price / 2) } },
  })
}
