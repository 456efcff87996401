/** The server answers, and says no: an HTTP status with its plain text. */
export class Refusal extends Error {
  readonly status: number

  constructor(status: number, text = '') {
    super(text)
    this.status = status
  }
}
