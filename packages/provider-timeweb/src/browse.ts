import type { CallOptions, CatalogueTable, ProviderContext } from '@woodpeckers/autoscaler-core'
import { openConnections } from '@woodpeckers/autoscaler-http'
import { openApi } from './api/open-api.ts'
import { catalogueOf } from './catalogue.ts'
import type { AccountOptions } from './options.ts'

/** What there is to choose from, before anything was chosen: a token is enough. */
export async function browseTimeweb(
  context: ProviderContext<AccountOptions>,
  call: CallOptions,
): Promise<readonly CatalogueTable[]> {
  const connections = openConnections()
  try {
    return await catalogueOf(openApi(context, connections), call)
  } finally {
    await connections.close()
  }
}
