import { readFile } from 'node:fs/promises'
import openapiTS, { astToString } from 'openapi-typescript'

/** A document of ours, and the file of types that is made from it. */
export interface Target {
  readonly document: URL
  readonly types: URL
}

export const targets: readonly Target[] = [
  {
    document: new URL('../../../packages/woodpecker/openapi.yaml', import.meta.url),
    types: new URL('../../../packages/woodpecker/src/api.generated.ts', import.meta.url),
  },
]

const BANNER = '// Made by `pnpm --filter codegen generate`: change openapi.yaml, not this.\n\n'

/** The text of the file of types: the same for the same document. */
export async function generate(target: Target): Promise<string> {
  const tree = await openapiTS(await readFile(target.document, 'utf8'))
  return BANNER + astToString(tree)
}
