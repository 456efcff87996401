import { UnexpectedAnswer } from '@woodpeckers/autoscaler-core'

interface Page<Item> {
  /** `undefined`: the answer had no such list. */
  readonly items: readonly Item[] | undefined
  readonly next: string | undefined
}

/** More than any account has: a server that never stops paging is broken. */
const MOST_PAGES = 1_000

/**
 * Every page of a list.
 *
 * @throws UnexpectedAnswer where a page has no list at all, which is not the same as an empty one
 */
export async function allPages<Item>(
  what: string,
  read: (token: { readonly NextToken?: string }) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const all: Item[] = []
  let token: { readonly NextToken?: string } = {}
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const { items, next } = await read(token)
    if (items === undefined) throw new UnexpectedAnswer(`${what}: the answer has no list in it`)
    all.push(...items)
    if (next === undefined || next === '') return all
    token = { NextToken: next }
  }
  throw new UnexpectedAnswer(`${what}: there is no end of pages`)
}
