import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

/**
 * Draws mutants at random from all that StrykerJS would make of the planner, the memory and the engine, and
 * writes a configuration that tries just these: see MUTANTS.md.
 */

interface Position {
  readonly line: number
  readonly column: number
}

interface Place {
  readonly file: string
  readonly start: Position
  readonly end: Position
}

/** As much of Stryker's own modules as is needed; they are no dependency of the project. */
interface Stryker {
  readonly createInstrumenter: unknown
}
interface Injector {
  provideValue(key: string, value: unknown): Injector
  provideFactory(key: string, factory: unknown): Injector
  injectFunction(factory: unknown): Instrumenter
}
interface Instrumenter {
  instrument(
    files: readonly { readonly name: string; readonly content: string; readonly mutate: true }[],
    options: object,
  ): Promise<{
    readonly mutants: readonly {
      readonly fileName: string
      readonly mutatorName: string
      readonly location: { readonly start: Position; readonly end: Position }
    }[]
  }>
}

const FOLDERS = ['plan', 'memory', 'evidence', 'engine'].map((folder) => `packages/core/src/${folder}`)
/** Words are checked where a person reads them; to empty each would only drown the rest. */
const EXCLUDED = ['StringLiteral']
/** A place that holds more is a whole function: what is in it is drawn by itself. */
const LARGEST_GROUP = 6

const { values } = parseArgs({
  options: {
    stryker: { type: 'string' },
    seed: { type: 'string', default: '1' },
    mutants: { type: 'string', default: '500' },
    out: { type: 'string', default: 'stryker.sample' },
  },
})
if (!values.stryker) throw new Error('--stryker names the folder where @stryker-mutator/core is installed')
const modules = resolve(values.stryker, 'node_modules')

const places = await allPlaces()
const random = generator(Number(values.seed))
const chosen = new Set<Place>()
const ranges = new Set<string>()
while (chosen.size < Number(values.mutants)) {
  const drawn = places[Math.floor(random() * places.length)]!
  const group = places.filter((place) => isInside(place, drawn))
  if (group.length > LARGEST_GROUP) continue
  const { file, start, end } = drawn
  ranges.add(`${file}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`)
  for (const place of group) chosen.add(place)
}
writeFileSync(
  `${values.out}.config.json`,
  JSON.stringify(
    {
      testRunner: 'vitest',
      plugins: [join(modules, '@stryker-mutator/vitest-runner/dist/src/index.js')],
      vitest: { configFile: 'packages/simulator/src/mutants/stryker/vitest.config.ts', related: false },
      mutate: [...ranges],
      mutator: { excludedMutations: EXCLUDED },
      // It changes the files where they are: only in a clone that nobody needs.
      inPlace: true,
      concurrency: 1,
      coverageAnalysis: 'perTest',
      timeoutMS: 20_000,
      timeoutFactor: 1.5,
      reporters: ['json', 'progress-append-only'],
      jsonReporter: { fileName: `${values.out}.json` },
      allowConsoleColors: false,
    },
    null,
    2,
  ),
)
console.log(`${chosen.size} of ${places.length} mutants, in ${ranges.size} places: ${values.out}.config.json`)

async function allPlaces(): Promise<readonly Place[]> {
  const load = (path: string): Promise<unknown> => import(pathToFileURL(join(modules, path)).href)
  const { createInstrumenter } = (await load('@stryker-mutator/instrumenter/dist/src/index.js')) as Stryker
  const { createInjector } = (await load('typed-inject/dist/src/index.js')) as {
    readonly createInjector: () => Injector
  }
  const silent = new Proxy({}, { get: (_, key) => () => (String(key).startsWith('is') ? false : undefined) })
  const getLogger = Object.assign(() => () => silent, { inject: [] })
  const instrumenter = createInjector()
    .provideValue('logger', silent)
    .provideFactory('getLogger', getLogger)
    .injectFunction(createInstrumenter)
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'scenario.ts')
      .map((file) => `${folder}/${file}`),
  )
  const { mutants } = await instrumenter.instrument(
    files.map((name) => ({ name, content: readFileSync(name, 'utf8'), mutate: true })),
    { plugins: null, excludedMutations: EXCLUDED, ignorers: [], noHeader: true },
  )
  return mutants
    .filter(({ mutatorName }) => !EXCLUDED.includes(mutatorName))
    .map(({ fileName, location: { start, end } }) => ({ file: fileName, start, end }))
}

function isInside(inner: Place, outer: Place): boolean {
  return inner.file === outer.file && isBy(outer.start, inner.start) && isBy(inner.end, outer.end)
}

function isBy(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column <= b.column)
}

/** The same numbers for the same seed (a linear congruential generator). */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
