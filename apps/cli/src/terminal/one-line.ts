/** A message without its line breaks: what goes wrong outside may be told in many lines. */
export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*[\r\n]+\s*/g, ' ')
}
