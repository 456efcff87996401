import type { PageFile } from '@woodpeckers/autoscaler-page'
import { accepts } from './accepts.ts'

/** By path: there is nothing else to be had, so that no path leads anywhere else. */
export type PageFiles = ReadonlyMap<string, PageFile>

/** The files of the page, which take a moment to be there: whoever begins does not wait for them. */
export class PageStore {
  readonly #loading: Promise<PageFiles>
  #files: PageFiles = new Map()

  constructor(load: () => Promise<PageFiles> = loadFiles) {
    this.#loading = load()
      .catch(() => new Map())
      .then((files) => {
        this.#files = files
        return files
      })
  }

  /** Once they are there; none where the page was not built. */
  files(): Promise<PageFiles> {
    return this.#loading
  }

  /** Whether it is the path of one of them, as far as they are there. */
  has(path: string): boolean {
    return path === '/' || this.#files.has(path)
  }
}

async function loadFiles(): Promise<PageFiles> {
  const { loadPage } = await import('@woodpeckers/autoscaler-page')
  return loadPage()
}

/** The smallest form that whoever asks can read. */
export function formOf(
  file: PageFile,
  accepted: string | undefined,
): { readonly bytes: Uint8Array; readonly encoding?: 'br' | 'gzip' } {
  if (accepts(accepted, 'br')) return { bytes: file.br, encoding: 'br' }
  if (accepts(accepted, 'gzip')) return { bytes: file.gzip, encoding: 'gzip' }
  return { bytes: file.body }
}
