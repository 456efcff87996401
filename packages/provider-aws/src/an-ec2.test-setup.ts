import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '@woodpeckers/autoscaler-core'
import {
  Ec2Refusal,
  filtersOf,
  fits,
  machineXml,
  numbered,
  type StandInMachine,
  tagsOfRequest,
} from './ec2-machines.test-setup.ts'

interface RefusalOptions {
  readonly message?: string
  readonly status?: number
  readonly times?: number
  /** Default: whichever is asked. */
  readonly region?: string
}

/** An EC2 on loopback, as small as the tests allow, with what a real one would not do at will. */
export class Ec2StandIn {
  readonly machines: StandInMachine[] = []
  /** `action region` of every request, in their order. */
  readonly asked: { readonly action: string; readonly region: string; readonly request: URLSearchParams }[] =
    []
  /** `t3.large`, `t3.large@subnet-a` or `spot`. */
  readonly soldOut: Set<string> = new Set()
  readonly parameters: Map<string, string> = new Map()
  readonly images: Map<string, { name: string; architecture: string; rootDevice: string }> = new Map()
  readonly types: Map<string, { vcpus: number; mib: number; architecture: string }> = new Map()
  console = ''
  spotStatus = 'fulfilled'
  /** What a launch with the token of a machine that has ended comes to. */
  endedTokens: 'refused' | 'answered' = 'refused'
  pageSize = 1_000
  listLagMs = 0
  #faults: {
    action: string
    region?: string | undefined
    fault: Ec2Refusal | 'lost' | 'cut' | 'html' | 'hang'
  }[] = []
  #down = false
  readonly #tokens = new Map<string, { machine: StandInMachine; request: string }>()
  readonly #server = createServer((request, response) => void this.#serve(request, response))

  static async start(): Promise<Ec2StandIn> {
    const ec2 = new Ec2StandIn()
    ec2.#server.listen(0, '127.0.0.1')
    await once(ec2.#server, 'listening')
    return ec2
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get there(): readonly StandInMachine[] {
    return this.machines.filter(({ state }) => state !== 'terminated')
  }

  count(action: string): number {
    return this.asked.filter((each) => each.action === action).length
  }

  refuse(action: string, code: string, options: RefusalOptions = {}): void {
    const { message = 'no', status = 400, times = 1, region } = options
    for (let at = 0; at < times; at++) {
      this.#faults.push({ action, region, fault: new Ec2Refusal(code, message, status) })
    }
  }

  /** `lost`: done, its answer not sent. `cut`: neither. `html`: a proxy's page. `hang`: no answer ever. */
  spoil(action: string, fault: 'lost' | 'cut' | 'html' | 'hang', times = 1): void {
    for (let at = 0; at < times; at++) this.#faults.push({ action, fault })
  }

  goDown(): void {
    this.#down = true
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

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #serve(http: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of http) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    // The scope of the signature says which region is meant.
    const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(http.headers.authorization ?? '')?.[1] ?? ''
    const ssm = http.headers['x-amz-target'] !== undefined
    const request = new URLSearchParams(ssm ? '' : body)
    const action = ssm ? 'GetParameter' : (request.get('Action') ?? '')
    this.asked.push({ action, region, request })
    if (this.#down) return void http.socket.destroy()
    const at = this.#faults.findIndex(
      (fault) => fault.action === action && (fault.region ?? region) === region,
    )
    const fault = at < 0 ? undefined : this.#faults.splice(at, 1)[0]?.fault
    if (fault === 'hang') return
    if (fault === 'cut') return void http.socket.destroy()
    if (fault === 'html') return void response.end('<html><body>Please log in</body></html>')
    try {
      if (fault instanceof Ec2Refusal) throw fault
      const answer = ssm ? this.#parameter(body) : this.#answer(action, request, region)
      if (fault === 'lost') return void http.socket.destroy()
      response.setHeader('Content-Type', ssm ? 'application/x-amz-json-1.1' : 'text/xml')
      response.end(ssm ? answer : `<${action}Response><requestId>r</requestId>${answer}</${action}Response>`)
    } catch (error) {
      if (!(error instanceof Ec2Refusal)) throw error
      response.writeHead(error.status, ssm ? { 'Content-Type': 'application/x-amz-json-1.1' } : {})
      response.end(
        ssm
          ? JSON.stringify({ __type: error.code, message: error.message })
          : `<Response><Errors><Error><Code>${error.code}</Code><Message>${error.message}</Message></Error></Errors><RequestID>r</RequestID></Response>`,
      )
    }
  }

  #answer(action: string, request: URLSearchParams, region: string): string {
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
      default:
        throw new Ec2Refusal('InvalidAction', `the stand-in does not know ${action}`)
    }
  }

  #run(request: URLSearchParams, region: string): StandInMachine {
    if (request.get('DryRun') === 'true') throw new Ec2Refusal('DryRunOperation', 'it would have worked', 412)
    const token = request.get('ClientToken') ?? ''
    const seen = this.#tokens.get(token)
    if (seen) {
      if (seen.machine.state === 'terminated')
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
    return `<imagesSet><item><imageId>${id}</imageId><name>${image.name}</name><architecture>${image.architecture}</architecture><rootDeviceName>${image.rootDevice}</rootDeviceName></item></imagesSet>`
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

  #parameter(body: string): string {
    const { Name } = JSON.parse(body)
    const Value = this.parameters.get(Name)
    if (Value === undefined) throw new Ec2Refusal('ParameterNotFound', 'there is none')
    return JSON.stringify({ Parameter: { Name, Value } })
  }
}
