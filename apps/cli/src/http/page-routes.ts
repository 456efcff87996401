import type { PageFile } from '@woodpeckers/autoscaler-page'
import { pageHeaders } from './answer-headers.ts'
import { type App, type Asked, sentBytes } from './answers.ts'
import { formOf, type PageStore } from './page-files.ts'

const NOT_BUILT =
  'woodpecker-autoscaler runs; its page was not built here. /api/v1/status says how things are, /metrics is for Prometheus.\n'

/** Each file of the page by its path, and nothing else. To be added last: it takes what nobody else took. */
export function addPage(app: App, page: PageStore): void {
  app.get('*', async (context) => {
    const { path } = context.req
    const file = (await page.files()).get(path)
    if (file) return sentFile(context, path, file)
    return path === '/' ? context.text(NOT_BUILT) : context.notFound()
  })
}

function sentFile(context: Asked, path: string, file: PageFile): Response {
  const headers = {
    ...pageHeaders,
    // But for the first, the name of a file has a digest of what is in it.
    ...(path !== '/' && { 'cache-control': 'public, max-age=31536000, immutable' }),
    etag: file.etag,
    vary: 'accept-encoding',
  }
  if (context.req.header('if-none-match') === file.etag) return context.body(null, 304, headers)
  const { bytes, encoding } = formOf(file, context.req.header('accept-encoding'))
  return sentBytes(context, bytes, {
    ...headers,
    'content-type': file.type,
    ...(encoding && { 'content-encoding': encoding }),
  })
}
