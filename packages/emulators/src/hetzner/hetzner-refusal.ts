/** An error as the API answers it. */
export class HetznerRefusal extends Error {
  readonly status: number
  readonly code: string
  readonly details: object | null

  constructor(status: number, code: string, message: string, details: object | null = null) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }
}

/** 422 for one field of the request. */
export function invalidInput(field: string, message: string): HetznerRefusal {
  return new HetznerRefusal(422, 'invalid_input', `invalid input in field '${field}'`, {
    fields: [{ name: field, messages: [message] }],
  })
}
