import { PAGE_POLICY } from '@woodpeckers/autoscaler-page'

const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
} as const

/** Of everything but the page: nothing may be loaded by it, and nobody may frame it. */
export const apiHeaders: Readonly<Record<string, string>> = {
  ...EVERYWHERE,
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

/** Of the page's own files. */
export const pageHeaders: Readonly<Record<string, string>> = {
  ...EVERYWHERE,
  'cache-control': 'no-cache',
  'content-security-policy': PAGE_POLICY,
}
