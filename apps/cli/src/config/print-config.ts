import { redactor } from '../logs/redact.ts'
import { yamlText } from '../terminal/yaml-text.ts'
import type { Config } from './config.ts'
import { processKeys, serverKeys } from './file-keys.ts'
import { fileValues, poolValues } from './file-values.ts'

/** All that counts in the end, defaults too, as a file; secrets hidden. */
export function printConfig({ server, process, pools, secrets }: Config): string {
  const text = yamlText({
    server: fileValues(server, serverKeys),
    ...fileValues(process, processKeys),
    pools: pools.map((pool) => poolValues(pool)),
  })
  return redactor(secrets)(text)
}
