import type { Money, Offering } from '@woodpeckers/autoscaler-core'
import type { WirePlace, WirePricing, WireServerType } from './api/wire.ts'
import { hourlyPrice } from './prices.ts'
import type { Candidate } from './resolve.ts'
import type { HetznerSite } from './site.ts'

/** A candidate as it is to be had now, with the day until when where it is deprecated, or why it is not. */
export type Judged = { readonly candidate: Candidate } & Verdict

type Verdict =
  | { readonly offering: Offering; readonly ends: string | undefined }
  /** `passes`: it may be created again without a change of the settings. */
  | { readonly leftOut: string; readonly passes?: true }

/** Every candidate, in the order to try. */
export async function judge(site: HetznerSite): Promise<readonly Judged[]> {
  const [plan, types, pricing] = await Promise.all([site.plan(), site.serverTypes(), site.pricing()])
  return plan.candidates.map((candidate) => {
    const type = types.find(({ name }) => name === candidate.type)
    return { candidate, ...judgeOne(site, candidate, type, pricing) }
  })
}

export function offeringsIn(judged: readonly Judged[]): readonly Offering[] {
  return judged.flatMap((each) => ('offering' in each ? [each.offering] : []))
}

function judgeOne(
  { options, clock }: HetznerSite,
  candidate: Candidate,
  type: WireServerType | undefined,
  pricing: WirePricing,
): Verdict {
  if (!type) return { leftOut: 'Hetzner does not have it any more' }
  const places = type.locations.filter(
    ({ name }) => candidate.location === undefined || candidate.location === name,
  )
  const lasting = places.filter((place) => !hasEnded(place, clock.now()))
  if (lasting.length === 0) return { leftOut: 'deprecated, and no longer made' }
  const available = lasting.filter((place) => place.available)
  if (available.length === 0) return { leftOut: 'Hetzner says that it is sold out', passes: true }
  const price = dearest(
    available.map(({ name }) => hourlyPrice(pricing, type.prices, name, options.publicIpv4Enable)),
  )
  if (options.maxPrice !== undefined && (!price || price.amount > options.maxPrice)) {
    const is = price ? `${shown(price)} an hour` : 'of an unknown price'
    return { leftOut: `it is ${is}, and --hetznercloud-max-price is ${options.maxPrice}` }
  }
  return {
    offering: { id: candidate.id, ...(price ? { hourlyPrice: price } : {}) },
    ends: available[0]?.deprecation?.unavailable_after.slice(0, 10),
  }
}

/** Whether a type is no longer made there; deprecated ones are made until their day. */
export function hasEnded({ deprecation }: Pick<WirePlace, 'deprecation'>, now: number): boolean {
  return Date.parse(deprecation?.unavailable_after ?? '') <= now
}

/** Where Hetzner chooses the place, it may be the dearest. */
function dearest(prices: readonly (Money | undefined)[]): Money | undefined {
  return prices.reduce((most, price) => (most && price && price.amount > most.amount ? price : most))
}

/** For people; prices have up to ten places. */
export function shown({ amount, currency }: Money): string {
  return `${Number(amount.toFixed(6))} ${currency}`
}

/** Says once of each candidate that it is left out or will be, and that it is back. */
export function createLeftOutLog(site: HetznerSite): (judged: readonly Judged[]) => void {
  const said = new Map<string, string>()
  return (judged) => {
    for (const each of judged) {
      const { id } = each.candidate
      const sentence = sentenceOf(each)
      if (said.get(id) === sentence) continue
      const fields = { pool: site.pool, offering: id }
      if (sentence === undefined) {
        said.delete(id)
        site.log.info(fields, `${id} is to be had again`)
      } else {
        said.set(id, sentence)
        site.log.warn(fields, sentence)
      }
    }
  }
}

function sentenceOf(judged: Judged): string | undefined {
  const { id } = judged.candidate
  if ('leftOut' in judged) return `${id} is left out: ${judged.leftOut}`
  return judged.ends === undefined ? undefined : `${id} is deprecated: it is made until ${judged.ends} only`
}
