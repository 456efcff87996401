import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type AgentDeployment, Rejected } from '@woodpeckers/autoscaler-core'
import { freePort } from './free-port.ts'
import { machineEnvironment } from './machine-environment.ts'
import { launching, markerOf } from './machine-processes.ts'
import type { MachineRecord } from './machine-record.ts'
import type { LocalSite } from './site.ts'

/**
 * Writes down what is about to be, starts it, and writes down what it has become: a crash in between leaves
 * a record, by which the process is found again.
 *
 * `false`: there is a record of this name already, and nothing was done.
 */
export async function launchMachine(
  site: LocalSite,
  program: readonly [string, ...string[]],
  agent: AgentDeployment,
  signal: AbortSignal,
): Promise<boolean> {
  const record: MachineRecord = {
    name: agent.name,
    createdAt: site.clock.now(),
    launcher: site.self,
    healthPort: await freePort(),
  }
  signal.throwIfAborted()
  const marker = markerOf(site.folder, agent.name)
  launching.add(marker)
  try {
    if (!(await site.records.create(record))) return false
    await start(site, program, agent, record, signal)
    return true
  } finally {
    launching.delete(marker)
  }
}

async function start(
  site: LocalSite,
  program: readonly [string, ...string[]],
  agent: AgentDeployment,
  record: MachineRecord,
  signal: AbortSignal,
): Promise<void> {
  const work = join(site.folder.work, agent.name)
  let child: ChildProcess | undefined
  try {
    await mkdir(join(work, 'tmp'), { recursive: true, mode: 0o700 })
    if (site.user)
      for (const each of [work, join(work, 'tmp')]) await chown(each, site.user.uid, site.user.gid)
    signal.throwIfAborted()
    child = await spawnIn(site, program, agent, record, work)
    const pid = child.pid!
    // It may have ended by now; then no process ever has this identity again.
    const identity = (await site.table.find(pid))?.identity ?? 'ended'
    await site.records.replace({ ...record, process: { pid, identity } })
  } catch (error) {
    // Not yet reaped by us, so its pid is surely its own.
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, 'SIGKILL')
    }
    await rm(work, { recursive: true, force: true })
    await site.records.delete(agent.name)
    throw error
  }
}

async function spawnIn(
  site: LocalSite,
  [file, ...args]: readonly [string, ...string[]],
  agent: AgentDeployment,
  { healthPort }: MachineRecord,
  work: string,
): Promise<ChildProcess> {
  const marker = markerOf(site.folder, agent.name)
  const log = await open(join(site.folder.logs, `${agent.name}.log`), 'a', 0o600)
  try {
    const { user } = site
    const child = spawn(file, args, {
      // Its other groups are dropped with that.
      ...(user && { uid: user.uid, gid: user.gid }),
      cwd: work,
      env: machineEnvironment(
        site.environment,
        site.options.passEnv,
        { work, healthPort, marker, user },
        agent.environment,
      ),
      // A session and group of its own: it outlives us, and Ctrl-C at our terminal does not reach it.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    child.unref()
    await once(child, 'spawn')
    return child
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Rejected(`cannot start ${file} (${why}): see --local-command (WOODPECKER_LOCAL_COMMAND)`, {
      cause,
    })
  } finally {
    await log.close()
  }
}
