import type { Money } from '@woodpeckers/autoscaler-core'
import type { WirePrice, WirePricing, WireServer } from './api/wire.ts'

/** Net, for an hour, with the IPv4 address; `undefined` where the price list has no such place. */
export function hourlyPrice(
  pricing: WirePricing,
  prices: readonly WirePrice[],
  location: string,
  hasIpv4: boolean,
): Money | undefined {
  const machine = netIn(prices, location)
  const ipv4 = pricing.primary_ips.find(({ type }) => type === 'ipv4')
  const address = hasIpv4 ? netIn(ipv4?.prices ?? [], location) : 0
  if (machine === undefined || address === undefined) return undefined
  // As many places as prices have: 0.0088 + 0.0008 is 0.0096.
  return { amount: Number((machine + address).toFixed(10)), currency: pricing.currency }
}

export function priceOfServer(pricing: WirePricing, server: WireServer): Money | undefined {
  const hasIpv4 = server.public_net.ipv4 !== null && server.public_net.ipv4 !== undefined
  return hourlyPrice(pricing, server.server_type.prices, server.location.name, hasIpv4)
}

/** Prices are decimal strings, with up to ten places. */
function netIn(prices: readonly WirePrice[], location: string): number | undefined {
  const net = Number(prices.find((price) => price.location === location)?.price_hourly.net ?? Number.NaN)
  return Number.isFinite(net) ? net : undefined
}
