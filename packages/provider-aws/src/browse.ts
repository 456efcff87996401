import type { CallOptions, CatalogueTable, ProviderContext } from '@woodpeckers/autoscaler-core'
import type { AccountOptions } from './account-options.ts'
import { machineTypes } from './catalogue.ts'
import { openEc2, type Surroundings } from './ec2.ts'

/** What there is to choose from in a region, before anything was chosen. */
export async function browseAws(
  context: ProviderContext<AccountOptions>,
  { signal }: CallOptions,
  surroundings: Surroundings = {},
): Promise<readonly CatalogueTable[]> {
  const api = openEc2(context.options.region, context, surroundings)
  try {
    return [await machineTypes(api, context, signal)]
  } finally {
    api.close()
  }
}
