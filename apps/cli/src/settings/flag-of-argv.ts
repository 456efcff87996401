/**
 * The last value of one flag, found before the others are known: which flags there are depends on the
 * provider, whose name is a flag itself.
 */
export function flagOfArgv(argv: readonly string[], flag: string): string | undefined {
  let value: string | undefined
  for (const [index, word] of argv.entries()) {
    if (word === '--') break
    if (word === flag) value = argv[index + 1]
    else if (word.startsWith(`${flag}=`)) value = word.slice(flag.length + 1)
  }
  return value
}
