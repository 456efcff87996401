import { UnexpectedAnswer } from '@woodpeckers/autoscaler-core'

/** Far more than the largest queue: 10,000 tasks are about 11 MB. */
const LARGEST_BYTES = 64 * 1024 * 1024

/** The whole body; throws `UnexpectedAnswer` for one that does not end. */
export async function readBody(where: string, response: Response): Promise<string> {
  if (!response.body) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > LARGEST_BYTES) throw new UnexpectedAnswer(`${where}: the answer is larger than 64 MiB`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
