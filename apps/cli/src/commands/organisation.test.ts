import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import {
  adminToken,
  defaultSettings,
  EmulatedWoodpecker,
  type ServedWoodpecker,
  serveWoodpecker,
} from '@woodpeckers/autoscaler-emulators'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { runInProcess, STILL_PROVIDER } from '../fixtures/in-process.ts'

const ORLA = 'orlas-own-token'
let woodpecker: EmulatedWoodpecker
let served: ServedWoodpecker

/** Organisations acme (3), of which orla is an admin, and beta (4), with a job each. */
beforeEach(async () => {
  const orla = { id: 2, login: 'orla', token: ORLA, admin: false, orgAdminOf: ['acme'] }
  const users = [...defaultSettings.users.filter(({ admin }) => admin), orla]
  woodpecker = new EmulatedWoodpecker({ clock: systemClock, random: systemRandom, settings: { users } })
  served = await serveWoodpecker(woodpecker)
  for (const repo of ['acme/app', 'beta/app'])
    woodpecker.createPipeline({ repo, workflows: [{ name: 'build' }] })
  await vi.waitFor(() => expect(woodpecker.queue.pending).toHaveLength(2))
})

afterEach(() => served.close())

function ask(argv: readonly string[], token = adminToken) {
  return runInProcess(argv, {
    WOODPECKER_SERVER: served.url,
    WOODPECKER_TOKEN: token,
    WOODPECKER_GRPC_ADDR: served.agentAddress,
    WOODPECKER_PROVIDER: STILL_PROVIDER,
    WOODPECKER_STILL_API_TOKEN: 'c1oud-c1oud',
    WOODPECKER_MIN_AGENTS: '0',
  })
}

/** With a config file of these pools. */
async function askFile(pools: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'organisation-'))
  const file = join(folder, 'autoscaler.yaml')
  const text = [
    `server: { url: '${served.url}', token: ${adminToken} }`,
    `defaults: { provider: ${STILL_PROVIDER}, still: { apiToken: c1oud } }`,
    'pools:',
    ...pools,
  ]
  try {
    writeFileSync(file, text.join('\n'), { mode: 0o600 })
    return await runInProcess(['plan', `--config=${file}`])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('a pool of one organisation', () => {
  test.each(['acme', '3'])(
    "grows for its tasks alone, and says what keeps another's from it: %s",
    async (which) => {
      const { out } = await ask(['plan', `--organisation=${which}`])
      expect(out).toMatch(/launch +pool 1 +a new agent +no free slot takes acme\/app#1 build\n/)
      expect(out).toMatch(/beta\/app#1 build +pool 1 has no org-id=4, but 3\n/)
    },
  )

  test('stands beside that of another in a config file, by name or by number', async () => {
    const { out } = await askFile(['  - { id: a, organisation: 3 }', '  - { id: b, organisation: beta }'])
    expect(out).toMatch(/launch +pool a +a new agent +no free slot takes acme\/app#1 build\n/)
    expect(out).toMatch(/launch +pool b +a new agent +no free slot takes beta\/app#1 build\n/)
  })

  test('is never one for all by a slip of the pen', async () => {
    const { code, err } = await askFile(['  - { id: a, organization: acme }'])
    expect(code).toBe(2)
    expect(err).toMatch(/^autoscaler.yaml:4:\d+: pools\[0\]\.organization .*organisation/)
  })

  test('is of all without the setting', async () => {
    const { out } = await ask(['plan'])
    expect(out).not.toContain('org-id')
  })

  test.each(['plan', 'run'])(
    'that is not there ends %s with 1 and a line that names the setting',
    async (command) => {
      const { code, err } = await ask([command, '--organisation=acne'])
      expect(code).toBe(1)
      expect(err).toMatch(
        /^--organisation \(WOODPECKER_ORGANISATION\) is "acne": the server knows no such organisation.*\n$/,
      )
    },
  )

  test.each(['a b', '0', '-1', 'a,b', ''])('called %j is refused before anything is asked', async (which) => {
    const { code, err } = await ask(['plan', `--organisation=${which}`])
    expect(code).toBe(2)
    expect(err).toMatch(/^--organisation \(WOODPECKER_ORGANISATION\)/)
  })
})

describe('the token of an organisation’s admin', () => {
  test.each(['plan', 'run'])('is refused by %s with the reason and the way out', async (command) => {
    const { code, err } = await ask([command, '--organisation=acme'], ORLA)
    expect(code).toBe(1)
    expect(err).toMatch(
      /^server: the token is that of orla, .*is not shown the queue.*use a server admin's token.*\n$/,
    )
    expect(err).not.toContain(ORLA)
  })

  test('is refused without an organisation, too', async () => {
    const { code, err } = await ask(['run'], ORLA)
    expect(code).toBe(1)
    expect(err).toBe(
      "server: the token is that of orla, who is no admin of the server (an organisation's admin does not do); use an admin's\n",
    )
  })
})

describe('doctor', () => {
  test('says which organisation it is', async () => {
    const { out } = await ask(['doctor', '--organisation=ACME'])
    expect(out).toContain('✓ organisation ACME: acme, number 3 at the server: agents take its tasks alone\n')
  })

  test('says that it is not there, and looks at all else as well', async () => {
    const { code, out } = await ask(['doctor', '--organisation=acne'])
    expect(code).toBe(1)
    expect(out).toContain('✗ organisation acne: the server knows no such organisation')
    expect(out).toContain('→ correct --organisation (WOODPECKER_ORGANISATION), or leave it out')
    expect(out).toContain('✓ provider still')
  })

  test("tells an organisation's admin what is missing", async () => {
    const { out } = await ask(['doctor', '--organisation=acme'], ORLA)
    expect(out).toContain('✗ organisation acme: the token is that of orla')
    expect(out).toContain('→ use the token of an admin of the server, and keep --organisation')
  })
})
