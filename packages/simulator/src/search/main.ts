import { Command } from 'commander'
import { bugs } from '../mutants/bugs/bugs.ts'
import { plantBug } from '../mutants/plant-bug.ts'
import { search } from './search.ts'
import { verdictText } from './verdict-text.ts'

const wholeNumber = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new Error(`"${text}" is not a whole number`)
  return value
}

const program = new Command('sim')
  .description(
    'Lives whole worlds through in virtual time, one for each seed, and holds every promise against them.',
  )
  .option('--seeds <count>', 'how many worlds', wholeNumber, 200)
  .option('--from <seed>', 'the first seed', wholeNumber, 1)
  .option('--seed <seed>', 'one world, with its timeline', wholeNumber)
  .option('--shrink', 'with --seed: the smallest world that breaks the same promise')
  .option('--out <file>', 'with --shrink: where to keep it, as JSON')
  .option(
    '--bug <words>',
    'with --seed: with the first bug of sim:mutants that has these words in its sentence',
  )
  .parse()

const options = program.opts<{
  readonly seeds: number
  readonly from: number
  readonly seed?: number
  readonly shrink?: true
  readonly out?: string
  readonly bug?: string
}>()

process.exitCode = options.seed === undefined ? await searchMany() : await showOne(options.seed)

async function searchMany(): Promise<number> {
  const seeds = Array.from({ length: options.seeds }, (_, at) => options.from + at)
  const startedAt = performance.now()
  const broken: number[] = []
  let [done, simulatedMs, tasks, tasksDone, machines, mishaps] = [0, 0, 0, 0, 0, 0]
  await search(seeds, (report) => {
    done++
    simulatedMs += report.simulatedMs
    tasks += report.stats.tasks
    tasksDone += report.stats.tasksDone
    machines += report.stats.machines
    mishaps += report.stats.mishaps
    if (report.violations.length > 0) {
      broken.push(report.seed)
      console.log(`seed ${report.seed}: ${report.violations.length} promises broken`)
      console.log(verdictText(report))
      console.log(`  to see it: pnpm sim --seed ${report.seed}`)
    }
    if (process.stdout.isTTY) process.stdout.write(`\r${done} of ${seeds.length} worlds …`)
  })
  const tookS = (performance.now() - startedAt) / 1000
  const days = simulatedMs / 86_400_000
  console.log(
    `\n${done} worlds, ${days.toFixed(1)} days, in ${tookS.toFixed(0)} s: ${tasksDone} of ${tasks} jobs done, ` +
      `${machines} machines, ${mishaps} mishaps; ${broken.length} worlds with a broken promise`,
  )
  if (broken.length > 0) console.log(`broken: ${broken.toSorted((a, b) => a - b).join(' ')}`)
  return broken.length > 0 || done < seeds.length ? 1 : 0
}

async function showOne(seed: number): Promise<number> {
  const { bug: words } = options
  if (words !== undefined) {
    const bug = bugs.find(({ what }) => what.includes(words))
    if (!bug) throw new Error(`no bug has "${words}" in its sentence`)
    plantBug(bug)
  }
  // Loaded only now: with the bug.
  const { showWorld } = await import('./show-world.ts')
  return showWorld(seed, options)
}
