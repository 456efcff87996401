import { registerHooks } from 'node:module'
import { type Mutant, withBug } from './mutant.ts'

const packages = new URL('../../../', import.meta.url)

/** From now on this thread loads the file with the bug; so this comes before anything that loads the file. */
export function plantBug(mutant: Mutant): void {
  const buggy = new URL(mutant.file, packages).href
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      if (url !== buggy || loaded.source == null) return loaded
      const source =
        typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source)
      return { ...loaded, source: withBug(source, mutant) }
    },
  })
}
