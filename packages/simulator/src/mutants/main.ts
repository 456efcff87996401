import { availableParallelism } from 'node:os'
import { Command } from 'commander'
import { bugs } from './bugs/bugs.ts'
import { Hunt } from './hunt.ts'
import type { Mutant, Sighting } from './mutant.ts'

const WIDEST = 90

const wholeNumber = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`"${text}" is not a whole number above 0`)
  return value
}

const options = new Command('sim:mutants')
  .description('Puts bugs into the engine, one at a time, and says which world or test sees each.')
  .option('--worlds <count>', 'how many worlds are asked before the tests are', wholeNumber, 60)
  .option('--only <words>', 'those with these words in their sentence, or in the path of their file', '')
  .option('--afresh', 'ask all, and not first who saw it before')
  .option('--jobs <count>', 'how many at a time', wholeNumber, availableParallelism())
  .parse()
  .opts<{ worlds: number; only: string; afresh?: true; jobs: number }>()

const startedAt = performance.now()
const chosen = bugs.filter(({ what, file }) => `${what} ${file}`.includes(options.only))
const hunt = new Hunt(options.worlds)
const survivors: string[] = []
const queue = chosen.values()
await Promise.all(
  Array.from({ length: options.jobs }, async () => {
    for (const mutant of queue) await report(mutant)
  }),
)
console.log(
  `\n${chosen.length - survivors.length} of ${chosen.length} bugs were seen, in ${since(startedAt)}`,
)
for (const survivor of survivors) console.log(`not seen: ${survivor}`)
process.exitCode = survivors.length > 0 || chosen.length === 0 ? 1 : 0

async function report(mutant: Mutant): Promise<void> {
  const begunAt = performance.now()
  const { seenBy: _, ...unseen } = mutant
  const sighting = await hunt.look(options.afresh ? unseen : mutant)
  if (!sighting) survivors.push(mutant.what)
  const seen = sighting ? textOf(sighting) : 'SURVIVES'
  console.log(`${mutant.what.padEnd(80)} | ${seen.padEnd(WIDEST)} | ${since(begunAt)}`)
}

function textOf({ by, what }: Sighting): string {
  const who =
    'tests' in by ? by.tests.split('/').at(-1) : typeof by.world === 'number' ? `seed ${by.world}` : by.world
  const text = `${who}: ${what}`
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text
}

function since(beganAt: number): string {
  return `${((performance.now() - beganAt) / 1000).toFixed(1)} s`
}
