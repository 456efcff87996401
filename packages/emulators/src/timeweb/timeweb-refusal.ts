/** An answer that is an error, in Timeweb's form. */
export class TimewebRefusal extends Error {
  readonly status: number
  readonly code: string
  readonly says: string | readonly string[]

  constructor(status: number, code: string, says: string | readonly string[]) {
    super(typeof says === 'string' ? says : says.join('; '))
    this.status = status
    this.code = code
    this.says = says
  }
}

export function notFound(what: string): TimewebRefusal {
  return new TimewebRefusal(404, 'not_found', `${what} not found`)
}

export function badRequest(...messages: readonly string[]): TimewebRefusal {
  return new TimewebRefusal(400, 'bad_request', messages)
}
