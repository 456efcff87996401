/** JSON without secrets. Nearly always there is none, so that the text as a whole is looked at first. */
export function hiddenJson(view: object, hide: (text: string) => string): string {
  const json = JSON.stringify(view)
  if (hide(json) === json) return json
  // Texts alone: in a number, or in a key, it is no secret but the same letters.
  return JSON.stringify(view, (_, value) => (typeof value === 'string' ? hide(value) : value))
}
