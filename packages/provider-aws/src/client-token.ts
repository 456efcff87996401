import { createHash } from 'node:crypto'

/**
 * What makes a repeated RunInstances answer with the machine that is there: the same for the same wish, and
 * another one for each place and market, since EC2 refuses a token with other parameters. `endedIds` are the machines of
 * this name that have ended: a token answers with its machine for long after, ended or not.
 * At most 64 characters.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
 */
export function clientToken(name: string, wish: readonly string[], endedIds: readonly string[]): string {
  const text = JSON.stringify([name, wish, endedIds.toSorted()])
  return `wp-${createHash('sha256').update(text).digest('hex').slice(0, 60)}`
}
