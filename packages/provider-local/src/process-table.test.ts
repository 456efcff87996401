import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openLinuxProcesses } from './linux-processes.ts'
import { findProcesses } from './machine-processes.ts'
import { psProcesses } from './ps-processes.ts'

async function aProcess(): Promise<number> {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore', env: { MARK: 'a b=c' } })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  await once(child, 'spawn')
  return child.pid!
}

describe.each([
  ['/proc', openLinuxProcesses],
  ['ps', async () => psProcesses],
] as const)('processes by %s', (_, open) => {
  it('lead the group that they were given, and stay who they are', async () => {
    const table = await open()
    const pid = await aProcess()
    const found = await table.find(pid)
    expect(found).toMatchObject({ pid, group: pid })
    expect(await table.list()).toContainEqual(found)
    expect(await table.find(process.pid)).toMatchObject({ pid: process.pid })
  })

  it('are not found once they have ended', async () => {
    const table = await open()
    const pid = await aProcess()
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => table.find(pid)).toBeUndefined()
  })

  it('of a machine are those in the group of its first process, while that is who it was', async () => {
    const table = await open()
    const pid = await aProcess()
    const { identity } = (await table.find(pid))!
    const record = (known: string) => ({
      name: 'x',
      createdAt: 0,
      launcher: { pid: 1, identity: 'x' },
      healthPort: 1,
      process: { pid, identity: known },
    })
    expect(await findProcesses(table, 'MARK=none', record(identity))).toMatchObject([{ pid }])
    expect(await findProcesses(table, 'MARK=none', record('Thu Jan  1 00:00:00 1970'))).toEqual([])
  })
})

it('are found by their environment where the system shows it', async () => {
  const pid = await aProcess()
  const table = await openLinuxProcesses()
  expect(await table.withEnvironment('MARK=a b=c')).toEqual([pid])
  expect(await table.withEnvironment('MARK=a')).toEqual([])
  expect(await psProcesses.withEnvironment('MARK=a b=c')).toBeUndefined()
})
