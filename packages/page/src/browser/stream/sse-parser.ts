/** One event of a stream of server-sent events. */
export interface ServerSentEvent {
  readonly event: string
  readonly data: string
}

/** Takes text as it arrives, in any pieces, and answers the events that are whole. */
export function createSseParser(): (piece: string) => readonly ServerSentEvent[] {
  let rest = ''
  let event = ''
  let data: string[] = []
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    const whole: ServerSentEvent[] = []
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) whole.push({ event: event || 'message', data: data.join('\n') })
        event = ''
        data = []
        continue
      }
      const colon = line.indexOf(':')
      const field = colon < 0 ? line : line.slice(0, colon)
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
      if (field === 'event') event = value
      if (field === 'data') data.push(value)
    }
    return whole
  }
}
