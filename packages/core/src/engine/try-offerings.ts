import type { OfferingRefusal } from '../model/report.ts'
import {
  asOutsideError,
  OfferingUnavailable,
  type OutsideError,
  QuotaExceeded,
  Rejected,
} from '../ports/errors.ts'

/** What came of trying offerings in their order. */
export type OfferingTrial = { readonly refusals: readonly OfferingRefusal[] } & (
  | { readonly ok: true; readonly offering: string }
  | { readonly ok: false; readonly error: OutsideError }
)

/**
 * Deploys with one offering after the other, until one is accepted. A cloud that refuses the request for one machine
 * type or place may accept the next one, whatever its words for the refusal are. Other failures end the trial, as the
 * same would happen to the next offering, or the machine may exist.
 *
 * @param refusals filled on the way, so that a trial that is cut off leaves what it has learned
 */
export async function tryOfferings(
  offerings: readonly string[],
  deploy: (offering: string) => Promise<void>,
  refusals: OfferingRefusal[] = [],
): Promise<OfferingTrial> {
  const errors: OutsideError[] = []
  for (const offering of offerings) {
    try {
      await deploy(offering)
      return { ok: true, offering, refusals }
    } catch (thrown) {
      const error = asOutsideError(thrown)
      refusals.push({ offering, kind: error.kind, why: error.message })
      if (error.mayHaveActed || !isOfRequest(error)) return { ok: false, error, refusals }
      errors.push(error)
    }
  }
  return { ok: false, error: summaryOf(refusals, errors), refusals }
}

/** A limit may be that of one family of machine types: vCPUs of one kind, dedicated cores, spot. */
function isOfRequest({ kind }: OutsideError): boolean {
  return kind === 'offering-unavailable' || kind === 'quota-exceeded' || kind === 'rejected'
}

/** The kind that leads to the shortest sensible wait: a machine type may be in stock again soon, a limit rarely changes. */
function summaryOf(refusals: readonly OfferingRefusal[], errors: readonly OutsideError[]): OutsideError {
  const [first] = errors
  if (!first) return new OfferingUnavailable('no machine type is left to try')
  if (errors.length === 1) return first
  const message = refusals.map(({ offering, why }) => `${offering}: ${why}`).join('; ')
  const kinds = new Set(errors.map(({ kind }) => kind))
  if (kinds.has('offering-unavailable')) return new OfferingUnavailable(message, { cause: first })
  if (kinds.has('quota-exceeded')) return new QuotaExceeded(message, { cause: first })
  return new Rejected(message, { cause: first })
}
