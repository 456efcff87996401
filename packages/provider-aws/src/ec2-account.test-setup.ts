import { systemClock } from '@woodpeckers/autoscaler-core'
import {
  Ec2Refusal,
  filtersOf,
  fits,
  machineXml,
  numbered,
  priceEntry,
  type StandInMachine,
  tagsOfRequest,
} from './ec2-machines.test-setup.ts'

/** Machines of an account, and what EC2 answers about them; `Ec2StandIn` puts HTTP in front of it. */
export class Ec2Account {
  readonly machines: StandInMachine[] = []
  /** `t3.large`, `t3.large@subnet-a` or `spot`. */
  readonly soldOut: Set<string> = new Set()
  readonly parameters: Map<string, string> = new Map()
  readonly images: Map<
    string,
    { name: string; architecture: string; rootDevice: string; mappings?: string }
  > = new Map()
  readonly types: Map<string, { vcpus: number; mib: number; architecture: string }> = new Map()
  /** Of an hour, in dollars: `t3.large` ordinary, `t3.large@eu-central-1a` spot. */
  readonly prices: Map<string, number> = new Map()
  readonly priceListAsked: string[] = []
  console = ''
  spotStatus = 'fulfilled'
  /** What a launch with the token of a machine that has ended comes to. */
  endedTokens: 'refused' | 'answered' = 'refused'
  pageSize = 1_000
  listLagMs = 0
  readonly #tokens = new Map<string, { machine: StandInMachine; request: string }>()

  get there(): readonly StandInMachine[] {
    return this.machines.filter(({ state }) => state !== 'terminated')
  }

  plant(tags: Record<string, string>, machine: Partial<StandInMachine> = {}): StandInMachine {
    const planted: StandInMachine = {
      id: `i-${String(this.machines.length + 1).padStart(17, '0')}`,
      region: 'eu-central-1',
      type: 't3.large',
      tags,
      launchedAt: systemClock.now(),
      spot: false,
      request: new URLSearchParams(),
      state: 'running',
      reason: '',
      ...machine,
    }
    this.machines.push(planted)
    return planted
  }

  /** The inside of an answer, in XML. */
  answer(action: string, request: URLSearchParams, region: string): string {
    const here = this.machines.filter((machine) => machine.region === region)
    switch (action) {
      case 'RunInstances':
        return `<instancesSet>${machineXml(this.#run(request, region))}</instancesSet>`
      case 'DescribeInstances':
        return this.#page(request, here)
      case 'TerminateInstances':
        return this.#change(request, here, (machine) => {
          machine.state = 'terminated'
        })
      case 'StartInstances':
        return this.#change(request, here, (machine) => {
          if (machine.state !== 'stopped')
            throw new Ec2Refusal('IncorrectInstanceState', `it is ${machine.state}`)
          if (this.soldOut.has(machine.type))
            throw new Ec2Refusal('InsufficientInstanceCapacity', 'none', 500)
          machine.state = 'running'
        })
      case 'StopInstances':
        return this.#change(request, here, (machine) => {
          machine.state = 'stopped'
        })
      case 'GetConsoleOutput':
        return `<output>${Buffer.from(this.console).toString('base64')}</output>`
      case 'DescribeImages':
        return this.#image(request)
      case 'DescribeInstanceTypes':
        return this.#types(request)
      case 'DescribeInstanceTypeOfferings':
        return `<instanceTypeOfferingSet>${[...this.types.keys()]
          .map((type) => `<item><instanceType>${type}</instanceType><location>${region}a</location></item>`)
          .join('')}</instanceTypeOfferingSet>`
      case 'DescribeSpotInstanceRequests':
        return `<spotInstanceRequestSet>${here
          .filter(({ spot }) => spot)
          .map(
            ({ id }) =>
              `<item><instanceId>${id}</instanceId><status><code>${this.spotStatus}</code><message>${this.spotStatus}</message></status></item>`,
          )
          .join('')}</spotInstanceRequestSet>`
      case 'DescribeSpotPriceHistory':
        return this.#spotPrices(request, region)
      default:
        throw new Ec2Refusal('InvalidAction', `the stand-in does not know ${action}`)
    }
  }

  #run(request: URLSearchParams, region: string): StandInMachine {
    if (request.get('DryRun') === 'true') throw new Ec2Refusal('DryRunOperation', 'it would have worked', 412)
    const token = request.get('ClientToken') ?? ''
    const seen = this.#tokens.get(token)
    if (seen) {
      if (seen.machine.state === 'terminated' && this.endedTokens === 'refused')
        throw new Ec2Refusal('IdempotentInstanceTerminated', 'it ended')
      if (seen.request !== request.toString())
        throw new Ec2Refusal('IdempotentParameterMismatch', 'not the same')
      return seen.machine
    }
    const type = request.get('InstanceType') ?? ''
    const spot = request.get('InstanceMarketOptions.MarketType') === 'spot'
    if (
      this.soldOut.has(type) ||
      this.soldOut.has(`${type}@${request.get('SubnetId')}`) ||
      (spot && this.soldOut.has('spot'))
    ) {
      throw new Ec2Refusal('InsufficientInstanceCapacity', 'We do not have enough of it', 500)
    }
    const machine = this.plant(tagsOfRequest(request), { region, type, spot, request })
    this.#tokens.set(token, { machine, request: request.toString() })
    return machine
  }

  #page(request: URLSearchParams, here: readonly StandInMachine[]): string {
    const filters = filtersOf(request)
    const found = here.filter(
      (machine) =>
        machine.launchedAt <= systemClock.now() - this.listLagMs &&
        filters.every((filter) => fits(machine, filter)),
    )
    const from = Number(request.get('NextToken') ?? 0)
    const page = found.slice(from, from + this.pageSize)
    const more = from + this.pageSize < found.length ? `<nextToken>${from + this.pageSize}</nextToken>` : ''
    return `<reservationSet>${page
      .map((machine) => `<item><instancesSet>${machineXml(machine)}</instancesSet></item>`)
      .join('')}</reservationSet>${more}`
  }

  #change(
    request: URLSearchParams,
    here: readonly StandInMachine[],
    change: (machine: StandInMachine) => void,
  ): string {
    for (const id of numbered(request, 'InstanceId')) {
      const machine = here.find((each) => each.id === id)
      if (!machine)
        throw new Ec2Refusal('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`)
      change(machine)
    }
    return '<instancesSet/>'
  }

  #image(request: URLSearchParams): string {
    const [id = ''] = numbered(request, 'ImageId')
    const image = this.images.get(id)
    if (!image) throw new Ec2Refusal('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`)
    return `<imagesSet><item><imageId>${id}</imageId><name>${image.name}</name><architecture>${image.architecture}</architecture><rootDeviceName>${image.rootDevice}</rootDeviceName>${image.mappings ?? ''}</item></imagesSet>`
  }

  #types(request: URLSearchParams): string {
    const wanted = filtersOf(request).find(({ name }) => name === 'instance-type')?.values
    const types = [...this.types].filter(([name]) => wanted === undefined || wanted.includes(name))
    return `<instanceTypeSet>${types
      .map(
        ([name, type]) =>
          `<item><instanceType>${name}</instanceType><vCpuInfo><defaultVCpus>${type.vcpus}</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>${type.mib}</sizeInMiB></memoryInfo><processorInfo><supportedArchitectures><item>${type.architecture}</item></supportedArchitectures></processorInfo><supportedUsageClasses><item>on-demand</item><item>spot</item></supportedUsageClasses></item>`,
      )
      .join('')}</instanceTypeSet>`
  }

  #spotPrices(request: URLSearchParams, region: string): string {
    const wanted = numbered(request, 'InstanceType')
    const items = [...this.prices].flatMap(([place, price]) => {
      const [type = '', zone] = place.split('@')
      if (!zone?.startsWith(region) || (wanted.length > 0 && !wanted.includes(type))) return []
      return [
        `<item><instanceType>${type}</instanceType><availabilityZone>${zone}</availabilityZone><spotPrice>${price}</spotPrice></item>`,
      ]
    })
    return `<spotPriceHistorySet>${items.join('')}</spotPriceHistorySet>`
  }

  /** Of the price list, in JSON; `place` is where the list was asked. */
  products(body: string, place: string): string {
    const { Filters, ServiceCode } = JSON.parse(body)
    const filter = (field: string) =>
      Filters.find(({ Field }: { Field: string }) => Field === field)?.Value as string | undefined
    this.priceListAsked.push(`${ServiceCode} ${filter('regionCode')} ${filter('instanceType')} in ${place}`)
    const wanted = filter('instanceType')
    const entries = [...this.prices].flatMap(([type, price]) =>
      type.includes('@') || (wanted !== undefined && wanted !== type) ? [] : [priceEntry(type, price)],
    )
    return JSON.stringify({ FormatVersion: 'aws_v1', PriceList: entries })
  }

  /** Of SSM, in JSON. */
  parameter(body: string): string {
    const { Name } = JSON.parse(body)
    const Value = this.parameters.get(Name)
    if (Value === undefined) throw new Ec2Refusal('ParameterNotFound', 'there is none')
    return JSON.stringify({ Parameter: { Name, Value } })
  }
}
