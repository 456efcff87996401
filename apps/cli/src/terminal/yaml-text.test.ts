import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { runInProcess } from '../fixtures/in-process.ts'

test.each(['a\u202eb', 'a\u200bb', 'a\u{e0041}b', 'a\u0085b', '👩\u200d💻', 'a\u2028b'])(
  'YAML on standard output means the same with %j in it',
  async (value) => {
    const directory = mkdtempSync(join(tmpdir(), 'yaml-text-'))
    try {
      const file = join(directory, 'go.env')
      const lines = [
        'WOODPECKER_SERVER=https://ci.example.com',
        'WOODPECKER_TOKEN=t',
        'WOODPECKER_GRPC_ADDR=ci.example.com:443',
        'WOODPECKER_PROVIDER=hetznercloud',
        'WOODPECKER_HETZNERCLOUD_API_TOKEN=x',
        `WOODPECKER_AGENT_ENV=FOO=${value}`,
      ]
      writeFileSync(file, `${lines.join('\n')}\n`)
      const migrated = await runInProcess(['migrate', `--env-file=${file}`])
      expect(parse(migrated.out).pools[0].agent.env.FOO).toBe(value)
      const config = join(directory, 'autoscaler.yaml')
      writeFileSync(config, migrated.out)
      const secrets = { WOODPECKER_TOKEN: 't', WOODPECKER_HETZNERCLOUD_API_TOKEN: 'x' }
      const printed = await runInProcess(['config', 'print', `--config=${config}`], secrets)
      expect(parse(printed.out).pools[0].agent.env.FOO).toBe(value)
      expect(migrated.out + printed.out).not.toMatch(/[\p{Cf}\u0080-\u009f\u2028\u2029]/u)
    } finally {
      rmSync(directory, { recursive: true })
    }
  },
)
