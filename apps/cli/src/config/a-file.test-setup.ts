import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Config, ConfigResult } from './config.ts'
import { readConfig } from './read-config.ts'

/** A folder with a config file and what it names, gone with the test. */
export class AFile implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'autoscaler-config-'))

  get path(): string {
    return join(this.folder, 'autoscaler.yaml')
  }

  /** Readable by its owner alone, if not said otherwise. */
  write(name: string, text: string, mode = 0o600): void {
    writeFileSync(join(this.folder, name), text, { mode })
  }

  read(text: string, env: Readonly<Record<string, string>> = {}): Promise<ConfigResult> {
    this.write('autoscaler.yaml', text)
    return readConfig(this.path, { env, cwd: dirname(this.path) })
  }

  /** @throws where something is wrong with it */
  async config(text: string, env?: Readonly<Record<string, string>>): Promise<Config> {
    const read = await this.read(text, env)
    if (read.ok) return read.config
    throw new Error(read.problems.join('\n'))
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true })
  }
}

/** The first line of most files here. */
export const SERVER = 'server: { url: https://ci.test, token: t0ken-of-ci, grpcAddr: ci.test:9000 }\n'
