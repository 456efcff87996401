/**
 * Splits a command into words as a POSIX shell does: at blanks, with single quotes, double quotes and
 * backslashes. Nothing is expanded. `undefined`: a quote is left open.
 */
export function splitCommand(command: string): readonly string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  let quote: "'" | '"' | undefined
  for (let i = 0; i < command.length; i++) {
    const char = command[i] ?? ''
    if (quote !== undefined && char === quote) quote = undefined
    else if (quote === undefined && (char === "'" || char === '"')) {
      quote = char
      word ??= ''
    } else if (char === '\\' && quote !== "'") {
      const next = command[++i]
      if (next === undefined) return undefined
      // Between double quotes a backslash stands for itself, but before these.
      word = (word ?? '') + (quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next)
    } else if (quote === undefined && /\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + char
  }
  if (quote !== undefined) return undefined
  if (word !== undefined) words.push(word)
  return words
}
