import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import {
  type AgentDeployment,
  createShare,
  namePrefix,
  systemClock,
  systemRandom,
} from '@woodpeckers/autoscaler-core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { aComputer, type Computer } from './a-computer.test-setup.ts'
import localProvider from './index.ts'
import { findLocalUser } from './local-user.ts'

const call = { signal: new AbortController().signal }
const name = 'pool-test-agent-aaaaaa'
const isRoot = process.getuid?.() === 0
const deployment: AgentDeployment = { name, pool: 'test', environment: {}, image: '', userData: '' }
let computer: Computer | undefined

afterEach(async () => {
  vi.unstubAllEnvs()
  await computer?.cleanUp()
  computer = undefined
})

describe('a user that machines cannot run as is refused in one line', () => {
  it.each([
    ['nobody-has-this-name', 0, 'there is no such user on this computer'],
    ['0', 0, 'there is no such user'],
    ['-h', 0, 'there is no such user'],
    ['two words', 0, 'there is no such user'],
    ['root', 0, 'jobs must not run as root'],
    ['nobody', 65534, 'that is the user of the autoscaler itself'],
    ['nobody', 1000, 'only root can start processes as another user, and the autoscaler runs as uid 1000'],
  ])('%s, for uid %d: %s', async (user, self, why) => {
    const failed = findLocalUser(user, self)
    await expect(failed).rejects.toMatchObject({ kind: 'rejected' })
    await expect(failed).rejects.toThrow(why)
    await expect(failed).rejects.toThrow(/^--local-user \(WOODPECKER_LOCAL_USER\) is "[^\n]*$/)
  })
})

it('without a user, a line at the start and the check say what jobs can read', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'provider-local-'))
  const logged: string[] = []
  const write = (_: object, message: string) => void logged.push(message)
  const provider = await localProvider.create({
    options: localProvider.options.parse({ command: 'sleep 60', directory }),
    pool: { id: 'test', namePrefix: namePrefix('test'), labels: {} },
    log: { debug: write, info: write, warn: write, error: write },
    clock: systemClock,
    random: systemRandom,
    share: createShare(),
  })
  const warning = /jobs run as the user of the autoscaler and can read its environment, tokens included/
  expect(logged).toEqual([expect.stringMatching(warning)])
  expect(await provider.check!(call)).toMatch(warning)
  await rm(directory, { recursive: true })
})

describe.skipIf(!isRoot)('machines of another user', () => {
  async function open(script: string) {
    computer = await aComputer()
    await chmod(computer.directory, 0o711)
    const command = await computer.agent(script)
    return await computer.open({ command, user: 'nobody' })
  }

  it('run as that user, without root’s groups, in a home and a folder of their own', async () => {
    const provider = await open(
      'id -u; id -G; echo "$HOME $USER"; pwd; touch here tmp/there && echo wrote; echo ready',
    )
    vi.stubEnv('HOME', '/root')
    await provider.deployAgent(deployment, call)
    const log = await vi.waitFor(async () => {
      const text = await computer!.log(name)
      expect(text).toContain('ready')
      return text
    })
    const nobody = await findLocalUser('nobody')
    const [uid, groups, home, work, wrote] = log.split('\n')
    expect(uid).toBe(String(nobody.uid))
    expect(groups).toBe(String(nobody.gid))
    expect(home).toBe(`${nobody.home} nobody`)
    expect(work).toBe(join(computer!.directory, 'test', 'work', name))
    expect(wrote).toBe('wrote')
    await provider.removeAgent(name, call)
    await expect(stat(work!)).rejects.toThrow('ENOENT')
    expect(await provider.check!(call)).toContain('run as user nobody')
  })

  it('can read neither the environment of the autoscaler nor its records and logs', async () => {
    vi.stubEnv('WOODPECKER_TOKEN', 'our own token')
    const provider = await open(
      `for file in /proc/${process.pid}/environ ../../machines ../../logs; do cat $file; ls $file; done; env; echo ready`,
    )
    await provider.deployAgent({ ...deployment, environment: { OWN: 'its own' } }, call)
    const log = await vi.waitFor(async () => {
      const text = await computer!.log(name)
      expect(text).toContain('ready')
      return text
    })
    expect(log).toContain(`/proc/${process.pid}/environ: Permission denied`)
    expect(log.match(/machines.*Permission denied/g)).not.toBeNull()
    expect(log.match(/logs.*Permission denied/g)).not.toBeNull()
    expect(log).toContain('OWN=its own')
    expect(log).not.toContain('our own')
    await provider.removeAgent(name, call)
  })

  it('leave nothing behind, and their links lead root nowhere', async () => {
    const provider = await open(
      'mkdir -p deep/er; ln -s /etc deep/er/etc; chmod 500 deep/er; echo ready; sleep 60',
    )
    await provider.deployAgent(deployment, call)
    await vi.waitFor(async () => expect(await computer!.log(name)).toContain('ready'))
    await provider.removeAgent(name, call)
    await expect(stat(join(computer!.directory, 'test', 'work', name))).rejects.toThrow('ENOENT')
    expect(await readFile('/etc/passwd', 'utf8')).toContain(userInfo().username)
  })

  it('need a folder that the user can enter, and the refusal names the setting', async () => {
    computer = await aComputer()
    const closed = join(computer.directory, 'closed')
    await chmod(computer.directory, 0o711)
    await mkdir(closed, { mode: 0o700 })
    await writeFile(join(closed, 'x'), '')
    const failed = computer.open({ user: 'nobody', directory: join(closed, 'local') })
    await expect(failed).rejects.toThrow(`cannot enter ${closed}: set --local-directory`)
  })
})
