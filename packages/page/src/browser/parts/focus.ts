/** Whether nothing has the focus, or something within what is about to go: only then may it be put elsewhere. */
export function isFocusFree(within?: Element): boolean {
  const focused = document.activeElement
  return focused === null || focused === document.body || within?.contains(focused) === true
}
