import { AuthError, asOutsideError, type CallOptions, type PoolId } from '@woodpeckers/autoscaler-core'
import type { TimewebApi } from './api/timeweb-api.ts'
import { unclaimedAddresses, unclaimedText } from './floating-ips.ts'
import type { Recipe } from './recipe.ts'

/** Asks whether the token works and the account may have servers; makes nothing. */
export async function checkAccount(
  api: TimewebApi,
  recipe: Recipe,
  pool: PoolId,
  call: CallOptions,
): Promise<string> {
  const { is_blocked: isBlocked } = await api.status(call)
  if (isBlocked) throw new AuthError('Timeweb has blocked the account')
  const parts = [
    `Timeweb Cloud, to order ${recipe.offerings.map(({ id }) => id).join(', ')}`,
    await money(api, call),
    ...(await addresses(api, pool, call)),
    'the API does not tell whether the token may delete: see that it has is_able_to_delete',
  ]
  return parts.join('; ')
}

/** What servers have left is billed on: whoever may see it should know. */
async function addresses(api: TimewebApi, pool: PoolId, call: CallOptions): Promise<readonly string[]> {
  try {
    const unclaimed = unclaimedAddresses(await api.floatingIps(call), pool)
    return unclaimed.length > 0 ? [unclaimedText(unclaimed)] : []
  } catch (thrown) {
    if (asOutsideError(thrown).kind !== 'auth') throw thrown
    return []
  }
}

/** A token may be kept from the finances, and still be good for servers. */
async function money(api: TimewebApi, call: CallOptions): Promise<string> {
  try {
    const { balance, currency, hours_left: hoursLeft } = await api.finances(call)
    const left =
      typeof hoursLeft === 'number' ? `, enough for ${Math.floor(hoursLeft)} h of what runs now` : ''
    return `balance ${balance} ${currency}${left}`
  } catch (thrown) {
    if (asOutsideError(thrown).kind !== 'auth') throw thrown
    return 'the token may not see the balance'
  }
}
