import { randomUUID } from 'node:crypto'
import { access, link, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UnexpectedAnswer } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'

/** A process for certain: a pid alone may have been given to another one since. */
export interface KnownProcess {
  readonly pid: number
  readonly identity: string
}

export interface MachineRecord {
  readonly name: string
  readonly createdAt: number
  /** The autoscaler that wrote it, before it started anything. */
  readonly launcher: KnownProcess
  /** The machine's first process, leader of its group; missing until it has started. */
  readonly process?: KnownProcess | undefined
  /** Of its health address, on loopback. */
  readonly healthPort: number
}

const knownProcess: z.ZodType<KnownProcess> = z.object({ pid: z.int().positive(), identity: z.string() })

const machineRecord: z.ZodType<MachineRecord> = z.object({
  name: z.string(),
  createdAt: z.number(),
  launcher: knownProcess,
  process: knownProcess.optional(),
  healthPort: z.int(),
})

/** What is remembered of a pool's machines: a file each, whole or not there at all, readable by its owner only. */
export class MachineRecords {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** `false`: there is one already, made by us or by another autoscaler. */
  async create(record: MachineRecord): Promise<boolean> {
    const draft = await this.#draft(record)
    try {
      // Unlike a rename, a link fails where there is one: only one of two wins.
      await link(draft, this.#file(record.name))
      return true
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    } finally {
      await rm(draft, { force: true })
    }
  }

  async replace(record: MachineRecord): Promise<void> {
    await rename(await this.#draft(record), this.#file(record.name))
  }

  /** `undefined`: there is none. A damaged one is an error: its machine may well be there. */
  async read(name: string): Promise<MachineRecord | undefined> {
    let text: string
    try {
      text = await readFile(this.#file(name), 'utf8')
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
      // Where the whole folder has gone, nothing is known of any machine.
      await access(this.#folder)
      return undefined
    }
    try {
      return machineRecord.parse(JSON.parse(text))
    } catch (cause) {
      throw new UnexpectedAnswer(`${this.#file(name)} is damaged`, { cause })
    }
  }

  async names(): Promise<readonly string[]> {
    const files = await readdir(this.#folder)
    return files.filter((file) => /^[^.].*\.json$/.test(file)).map((file) => file.slice(0, -'.json'.length))
  }

  async delete(name: string): Promise<void> {
    await rm(this.#file(name), { force: true })
  }

  /** Drafts live for milliseconds: what was last written before `beforeAt` was left by somebody's sudden end. */
  async dropDrafts(beforeAt: number): Promise<void> {
    for (const file of await readdir(this.#folder)) {
      if (!file.startsWith('.')) continue
      const draft = join(this.#folder, file)
      // It may be somebody's who has just gone on with it.
      const writtenAt = (await stat(draft).catch(() => undefined))?.mtimeMs
      if (writtenAt !== undefined && writtenAt < beforeAt) await rm(draft, { force: true })
    }
  }

  async #draft(record: MachineRecord): Promise<string> {
    const file = join(this.#folder, `.${record.name}.${randomUUID()}`)
    await writeFile(file, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    return file
  }

  #file(name: string): string {
    return join(this.#folder, `${name}.json`)
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
