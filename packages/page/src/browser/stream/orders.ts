import { complaint, type Fetch, Refused } from './api.ts'

/** What people may ask for; taken back, it is no more. */
export interface Order {
  readonly verb: 'pause' | 'drain' | 'replace' | 'protect'
  /** A pool, a machine, or `all`. */
  readonly subject: string
  readonly isTakenBack: boolean
}

/** Answers what was understood, in a sentence. */
export type GiveOrder = (order: Order) => Promise<string>

export function createOrders(token: () => string | undefined, fetchIt: Fetch): GiveOrder {
  return async ({ verb, subject, isTakenBack }) => {
    const secret = token()
    const response = await fetchIt(`/api/v1/orders/${verb}/${encodeURIComponent(subject)}`, {
      method: isTakenBack ? 'DELETE' : 'PUT',
      headers: {
        // Without a token, what a page from elsewhere could not send.
        'x-autoscaler-by': 'the page',
        ...(secret && { authorization: `Bearer ${secret}` }),
      },
    })
    if (!response.ok) throw new Refused(response.status, await complaint(response))
    const { text, warning }: { readonly text: string; readonly warning?: string } = await response.json()
    return warning ? `${text}; ${warning}` : text
  }
}
