import { askTests } from './ask-tests.ts'
import { askWorlds } from './ask-worlds.ts'
import type { Mutant, Sighting, Witness } from './mutant.ts'
import { keptWorlds } from './worlds.ts'

/** Finds out who sees bugs: worlds first, then tests. */
export class Hunt {
  readonly #worlds: readonly (number | string)[]
  /** What each witness sees with the engine as it is: nothing, or it cannot be believed. */
  readonly #seenWithout = new Map<string, Promise<Sighting | undefined>>()

  constructor(seeds: number) {
    this.#worlds = [...Array.from({ length: seeds }, (_, at) => at + 1), ...keptWorlds()]
  }

  /**
   * Who sees the bug: the one that saw it before, else the first world, else a test; `undefined`: nobody.
   *
   * @throws Error where the witness sees something in the engine as it is, too
   */
  async look(mutant: Mutant): Promise<Sighting | undefined> {
    const { seenBy } = mutant
    const sighting =
      (seenBy && (await ask(mutant, seenBy))) ??
      (await askWorlds(mutant, this.#worlds)) ??
      (await askTests(mutant))
    if (sighting) await this.#mustSeeNothing(sighting.by)
    return sighting
  }

  async #mustSeeNothing(witness: Witness): Promise<void> {
    const who = JSON.stringify(witness)
    const answer = this.#seenWithout.get(who) ?? ask(undefined, witness)
    this.#seenWithout.set(who, answer)
    const seen = await answer
    if (seen) throw new Error(`${who} sees something in the engine as it is: ${seen.what}`)
  }
}

function ask(mutant: Mutant | undefined, witness: Witness): Promise<Sighting | undefined> {
  return 'world' in witness ? askWorlds(mutant, [witness.world]) : askTests(mutant, witness.tests)
}
