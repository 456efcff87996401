import { readFileSync } from 'node:fs'

/** What became of the mutants of one or more reports of StrykerJS: counts by folder, then every survivor. */

interface Mutant {
  readonly mutatorName: string
  readonly status: string
  readonly replacement?: string
  readonly location: { readonly start: Position; readonly end: Position }
}
interface Position {
  readonly line: number
  readonly column: number
}
interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>
}

const KILLED = ['Killed', 'Timeout', 'RuntimeError', 'CompileError']
const ALIVE = ['Survived', 'NoCoverage']

const counts = new Map<string, { killed: number; timeout: number; alive: number }>()
const survivors: string[] = []
const seen = new Set<string>()
for (const path of process.argv.slice(2)) {
  const { files } = JSON.parse(readFileSync(path, 'utf8')) as Report
  for (const [file, { source, mutants }] of Object.entries(files))
    for (const mutant of mutants) count(file, source.split('\n'), mutant)
}
const total = { killed: 0, timeout: 0, alive: 0 }
for (const [folder, { killed, timeout, alive }] of counts) {
  print(folder, killed, timeout, alive)
  total.killed += killed
  total.timeout += timeout
  total.alive += alive
}
print('all', total.killed, total.timeout, total.alive)
for (const survivor of survivors.sort()) console.log(survivor)

function count(file: string, lines: readonly string[], mutant: Mutant): void {
  const { status, location, replacement = '', mutatorName } = mutant
  const { start, end } = location
  const place = `${file}:${start.line}:${start.column}`
  const key = `${place}-${end.line}:${end.column} ${mutatorName} ${replacement}`
  if (seen.has(key) || (!KILLED.includes(status) && !ALIVE.includes(status))) return
  seen.add(key)
  const folder = file.split('/').at(-2) ?? file
  const of = counts.get(folder) ?? { killed: 0, timeout: 0, alive: 0 }
  counts.set(folder, of)
  if (ALIVE.includes(status)) {
    of.alive++
    const first = lines[start.line - 1] ?? ''
    const before =
      start.line === end.line ? first.slice(start.column - 1, end.column - 1) : `${first.trim()} …`
    const after = replacement.replaceAll(/\s+/g, ' ').slice(0, 100)
    survivors.push(`${place}${status === 'NoCoverage' ? ' (no test)' : ''}  ${before}  →  ${after}`)
  } else if (status === 'Timeout') of.timeout++
  else of.killed++
}

function print(folder: string, killed: number, timeout: number, alive: number): void {
  const all = killed + timeout + alive
  const share = ((100 * (killed + timeout)) / all).toFixed(1)
  console.log(
    `${folder}: ${all} mutants, ${killed} killed, ${timeout} timed out, ${alive} survived: ${share} %`,
  )
}
