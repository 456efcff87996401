/** What a flag says, as a whole number, or what is wrong with it. */
export type WholeNumber =
  | { readonly ok: true; readonly number: number }
  | { readonly ok: false; readonly problem: string }

export function wholeNumber(
  flag: string,
  value: unknown,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): WholeNumber {
  const text = String(value)
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return { ok: true, number }
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`
  return { ok: false, problem: `${flag} is ${JSON.stringify(text)}: must be a whole number ${range}` }
}
