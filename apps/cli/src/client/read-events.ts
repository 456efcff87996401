/** One of a stream of server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface ServerSent {
  readonly event: string
  readonly data: string
  readonly id: string | undefined
}

/** What a stream says, as it comes; comments are passed over. It ends when the stream does. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSent> {
  const text = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
  let rest = ''
  for await (const piece of text) {
    const blocks = (rest + piece).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const said = readBlock(block)
      if (said) yield said
    }
  }
}

/** Ours are of few lines, with a line feed each. */
function readBlock(block: string): ServerSent | undefined {
  const fields = new Map<string, string>()
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ''))
  }
  const data = fields.get('data')
  return data === undefined
    ? undefined
    : { event: fields.get('event') ?? 'message', data, id: fields.get('id') }
}
