import { stripVTControlCharacters } from 'node:util'
import { withoutSecrets } from './without-secrets.ts'

const LINES = 60

/**
 * The last lines of a console, fit for an event. What looks like a secret is taken out: cloud-init and jobs
 * may write anything there.
 */
export function consoleTail(output: string): string {
  return stripVTControlCharacters(output)
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '')
    .slice(-LINES)
    .map((line) => withoutSecrets(line, 200))
    .join('\n')
}
