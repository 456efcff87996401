import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Ec2Account } from './ec2-account.test-setup.ts'
import { Ec2Refusal } from './ec2-machines.test-setup.ts'

interface RefusalOptions {
  readonly message?: string
  readonly status?: number
  readonly times?: number
  /** Default: whichever is asked. */
  readonly region?: string
}

/** An EC2 on loopback, as small as the tests allow, with what a real one would not do at will. */
export class Ec2StandIn extends Ec2Account {
  /** `action region` of every request, in their order. */
  readonly asked: { readonly action: string; readonly region: string; readonly request: URLSearchParams }[] =
    []
  #faults: {
    action: string
    region?: string | undefined
    fault: Ec2Refusal | 'lost' | 'cut' | 'html' | 'hang'
  }[] = []
  #down = false
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
    // `AmazonSSM.GetParameter`, `AWSPriceListService.GetProducts`: both in JSON.
    const target = http.headers['x-amz-target']
    const inJson = typeof target === 'string'
    const request = new URLSearchParams(inJson ? '' : body)
    const action = inJson ? (target.split('.')[1] ?? '') : (request.get('Action') ?? '')
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
      const answer =
        action === 'GetParameter'
          ? this.parameter(body)
          : action === 'GetProducts'
            ? this.products(body, region)
            : this.answer(action, request, region)
      if (fault === 'lost') return void http.socket.destroy()
      response.setHeader('Content-Type', inJson ? 'application/x-amz-json-1.1' : 'text/xml')
      response.end(
        inJson ? answer : `<${action}Response><requestId>r</requestId>${answer}</${action}Response>`,
      )
    } catch (error) {
      if (!(error instanceof Ec2Refusal)) throw error
      response.writeHead(error.status, inJson ? { 'Content-Type': 'application/x-amz-json-1.1' } : {})
      response.end(
        inJson
          ? JSON.stringify({ __type: error.code, message: error.message })
          : `<Response><Errors><Error><Code>${error.code}</Code><Message>${error.message}</Message></Error></Errors><RequestID>r</RequestID></Response>`,
      )
    }
  }
}
