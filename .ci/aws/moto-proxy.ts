import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Refusal {
  readonly code: string
  readonly status: number
}

interface Answer {
  readonly status: number
  readonly body: string
}

/**
 * Stands before moto and does what EC2 does and moto does not: honours client tokens, refuses for want of room or for
 * haste, shows new machines late, keeps ended machines from starting. Besides, it loses answers when told to.
 */
export class MotoProxy {
  /** From a machine's launch until lists show it. */
  listLagMs = 0
  /** Machine types, or subnets, without room. */
  readonly soldOut: Set<string> = new Set()
  /** Until then every call is refused with RequestLimitExceeded. */
  throttledUntil = 0
  /** How many were. */
  throttled = 0
  /** How many of the next launches work, and are not answered. */
  answersToLose = 0
  /** Longer than one takes to come: time to be killed in. */
  launchMs = 0
  readonly asked: string[] = []
  readonly #moto: string
  readonly #refusals: { readonly action: string; readonly refusal: Refusal }[] = []
  readonly #tokens = new Map<string, { readonly wish: string; readonly answer: Promise<Answer> }>()
  readonly #launchedAt = new Map<string, number>()
  readonly #ended = new Set<string>()
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy())
  })

  private constructor(moto: string) {
    this.#moto = moto
  }

  static async start(moto: string): Promise<MotoProxy> {
    const proxy = new MotoProxy(moto)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Refuses the next call of this kind. */
  refuse(action: string, code: string, status = 400): void {
    this.#refusals.push({ action, refusal: { code, status } })
  }

  count(action: string): number {
    return this.asked.filter((each) => each === action).length
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    const isSsm = request.headers['x-amz-target'] !== undefined
    const params = new URLSearchParams(isSsm ? '' : body)
    const action = isSsm ? 'GetParameter' : (params.get('Action') ?? '')
    this.asked.push(action)
    const pass = () => this.#pass(request, body)
    const { status, body: text } = isSsm ? await pass() : await this.#ec2(action, params, pass)
    if (action === 'RunInstances' && status === 200 && this.answersToLose > 0) {
      this.answersToLose--
      request.socket.destroy()
      return
    }
    response.writeHead(status, { 'Content-Type': isSsm ? 'application/x-amz-json-1.1' : 'text/xml' })
    response.end(text)
  }

  async #pass(request: IncomingMessage, body: string): Promise<Answer> {
    const headers = Object.entries(request.headers).filter(
      ([name]) => !/^(?:host|connection|content-length|expect|transfer-encoding)$/.test(name),
    ) as [string, string][]
    const answer = await fetch(this.#moto, { method: 'POST', headers, body })
    return { status: answer.status, body: await answer.text() }
  }

  async #ec2(action: string, params: URLSearchParams, pass: () => Promise<Answer>): Promise<Answer> {
    if (Date.now() < this.throttledUntil) {
      this.throttled++
      return refused('RequestLimitExceeded', 503)
    }
    const at = this.#refusals.findIndex((each) => each.action === action)
    const [planned] = at < 0 ? [] : this.#refusals.splice(at, 1)
    if (planned) return refused(planned.refusal.code, planned.refusal.status)
    const ids = [...params].filter(([name]) => name.startsWith('InstanceId.')).map(([, id]) => id)
    switch (action) {
      case 'RunInstances':
        return params.get('DryRun') === 'true' ? await pass() : await this.#run(params, pass)
      case 'DescribeInstances':
        return this.#withoutYoung(await pass())
      case 'StartInstances':
        return ids.some((id) => this.#ended.has(id)) ? refused('IncorrectInstanceState', 400) : await pass()
      case 'TerminateInstances': {
        const answer = await pass()
        if (answer.status === 200) for (const id of ids) this.#ended.add(id)
        return answer
      }
      default:
        return await pass()
    }
  }

  async #run(params: URLSearchParams, pass: () => Promise<Answer>): Promise<Answer> {
    const token = params.get('ClientToken') ?? ''
    const wish = params.toString()
    const known = this.#tokens.get(token)
    if (known && known.wish !== wish) return refused('IdempotentParameterMismatch', 400)
    if (known) {
      const answer = await known.answer
      return idsIn(answer.body).some((id) => this.#ended.has(id))
        ? refused('IdempotentInstanceTerminated', 400)
        : answer
    }
    const places = [params.get('InstanceType') ?? '', params.get('SubnetId') ?? '']
    if (places.some((place) => this.soldOut.has(place))) return refused('InsufficientInstanceCapacity', 500)
    const answer = pass()
    this.#tokens.set(token, { wish, answer })
    const made = await answer
    if (made.status !== 200) this.#tokens.delete(token)
    for (const id of idsIn(made.body)) this.#launchedAt.set(id, Date.now())
    if (this.launchMs > 0) await new Promise((resolve) => setTimeout(resolve, this.launchMs))
    return made
  }

  #withoutYoung({ status, body }: Answer): Answer {
    const isYoung = (id: string) => Date.now() - (this.#launchedAt.get(id) ?? 0) < this.listLagMs
    const [head = '', ...reservations] = body.split(/(?=<item><reservationId>)/)
    const tail = '</reservationSet>'
    const kept = reservations.map((text) => {
      const end = text.indexOf(tail)
      const rest = end < 0 ? '' : text.slice(end)
      return idsIn(text).some(isYoung) ? rest : text
    })
    return { status, body: head + kept.join('') }
  }
}

function idsIn(xml: string): readonly string[] {
  return [...xml.matchAll(/<instanceId>([^<]+)<\/instanceId>/g)].map(([, id]) => id!)
}

function refused(code: string, status: number): Answer {
  return {
    status,
    body: `<Response><Errors><Error><Code>${code}</Code><Message>refused by the proxy</Message></Error></Errors><RequestID>proxy</RequestID></Response>`,
  }
}
