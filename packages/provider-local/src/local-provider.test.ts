import { readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AgentDeployment, type Provider, Rejected } from '@woodpeckers/autoscaler-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { aComputer, type Computer, LONG_ENDED } from './a-computer.test-setup.ts'
import { MARKER } from './machine-processes.ts'

const call = { signal: new AbortController().signal }
const name = 'pool-test-agent-aaaaaa'
let computer: Computer

beforeEach(async () => {
  computer = await aComputer()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await computer.cleanUp()
})

function agent(environment: Readonly<Record<string, string>> = {}): AgentDeployment {
  return { name, pool: 'test', environment, image: '', userData: '' }
}

async function logged(): Promise<string> {
  return await vi.waitFor(async () => {
    const log = await computer.log(name)
    expect(log).toContain('ready')
    return log
  })
}

async function stateIn(provider: Provider): Promise<string | undefined> {
  return (await provider.listDeployedAgents?.(call))?.find((machine) => machine.name === name)?.state
}

describe('an agent’s process', () => {
  it('gets what it was deployed with, what is allowed, and nothing else of ours', async () => {
    vi.stubEnv('WOODPECKER_TOKEN', 'our own token')
    vi.stubEnv('CLOUD_PASSWORD', 'our own password')
    const provider = await computer.open({ command: await computer.agent('env; echo ready') })
    await provider.deployAgent(agent({ WOODPECKER_AGENT_SECRET: 'its own' }), call)
    const log = await logged()
    expect(log).toContain('WOODPECKER_AGENT_SECRET=its own')
    expect(log).toContain(`PATH=${process.env['PATH']}`)
    expect(log).not.toContain('our own')
  })

  it('has a folder, a config file and a health address to itself', async () => {
    const provider = await computer.open({ command: await computer.agent('pwd; env; echo ready') })
    await provider.deployAgent(agent(), call)
    const work = join(computer.directory, 'test', 'work', name)
    const log = await logged()
    expect(log).toContain(`${work}\n`)
    expect(log).toContain(`WOODPECKER_AGENT_CONFIG_FILE=${work}/agent.conf`)
    expect(log).toContain(`WOODPECKER_BACKEND_LOCAL_TEMP_DIR=${work}/tmp`)
    expect(log).toMatch(/WOODPECKER_HEALTHCHECK_ADDR=127\.0\.0\.1:\d+/)
    expect(log).toContain('WOODPECKER_BACKEND=local')
  })

  it('is started without a shell', async () => {
    const script = await computer.agent('for each in "$@"; do echo "<$each>"; done; echo ready')
    const provider = await computer.open({ command: `${script} 'two words' $HOME "*"` })
    await provider.deployAgent(agent(), call)
    expect(await logged()).toBe('<two words>\n<$HOME>\n<*>\nready\n')
  })

  it('leaves its secret in no file, and its files to nobody else', async () => {
    const provider = await computer.open()
    await provider.deployAgent(agent({ WOODPECKER_AGENT_SECRET: 'its own' }), call)
    expect(JSON.stringify(await computer.record(name))).not.toContain('its own')
    const mode = async (...path: string[]) =>
      ((await stat(join(computer.directory, 'test', ...path))).mode & 0o777).toString(8)
    expect(await mode('machines', `${name}.json`)).toBe('600')
    expect(await mode('logs', `${name}.log`)).toBe('600')
    expect(await mode('work')).toBe('700')
  })

  it('that ends by itself is a machine that has stopped', async () => {
    const provider = await computer.open({ command: await computer.agent('exit 3') })
    await provider.deployAgent(agent(), call)
    await vi.waitFor(async () => expect(await stateIn(provider)).toBe('stopped'))
    await provider.removeAgent(name, call)
    expect(await provider.listDeployedAgentNames(call)).toEqual([])
  })
})

describe('removing a machine', () => {
  it('waits for the end of its processes, grandchildren and those in other groups too', async () => {
    const provider = await computer.open({
      command: await computer.agent('sleep 61 & (sleep 62 &); setsid sleep 63 & echo ready; wait'),
    })
    await provider.deployAgent(agent(), call)
    await logged()
    const all = await vi.waitFor(async () => {
      const pids = await sleepers()
      expect(pids).toHaveLength(3)
      return pids
    })
    await provider.removeAgent(name, call)
    expect(await alive(all)).toEqual([])
    await expect(stat(join(computer.directory, 'test', 'work', name))).rejects.toThrow('ENOENT')
  })

  it('kills what does not end when asked', async () => {
    const provider = await computer.open({
      command: await computer.agent('trap "echo asked" TERM; echo ready; while :; do sleep 0.1; done'),
      stopTimeout: '300ms',
    })
    await provider.deployAgent(agent(), call)
    await logged()
    const { pid } = (await computer.record(name)).process!
    await provider.removeAgent(name, call)
    expect(await computer.isAlive(pid)).toBe(false)
    expect(await computer.log(name)).toContain('asked')
  })

  it('gives up when its signal aborts, and goes on when called again', async () => {
    const provider = await computer.open({
      command: await computer.agent('trap "" TERM; echo ready; while :; do sleep 0.1; done'),
      stopTimeout: '400ms',
    })
    await provider.deployAgent(agent(), call)
    await logged()
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('enough')), 100)
    await expect(provider.removeAgent(name, controller)).rejects.toThrow('enough')
    expect(await stateIn(provider)).toBe('running')
    await provider.removeAgent(name, call)
    expect(await provider.listDeployedAgentNames(call)).toEqual([])
  })

  it('ends the children of an agent that has ended before them', async () => {
    const provider = await computer.open({ command: await computer.agent('sleep 61 & echo ready') })
    await provider.deployAgent(agent(), call)
    await logged()
    await vi.waitFor(async () => expect(await stateIn(provider)).toBe('stopped'))
    const children = await sleepers()
    expect(children).toHaveLength(1)
    await provider.removeAgent(name, call)
    expect(await alive(children)).toEqual([])
  })

  it('keeps so many logs of ended machines', async () => {
    const provider = await computer.open({ keepLogs: 1 })
    for (const suffix of ['aaaaaa', 'bbbbbb', 'cccccc']) {
      const each = `pool-test-agent-${suffix}`
      await provider.deployAgent({ ...agent(), name: each }, call)
      await provider.removeAgent(each, call)
    }
    await expect(computer.log('pool-test-agent-bbbbbb')).rejects.toThrow('ENOENT')
    expect(await computer.log('pool-test-agent-cccccc')).toBe('')
  })
})

describe('after the autoscaler was killed', () => {
  it('its machines are found and ended by the next one', async () => {
    await (await computer.open()).deployAgent(agent(), call)
    const { pid } = (await computer.record(name)).process!
    const next = await computer.open()
    expect(await stateIn(next)).toBe('running')
    await next.removeAgent(name, call)
    expect(await computer.isAlive(pid)).toBe(false)
  })

  it('between starting a process and writing it down, the process is found by its mark', async () => {
    await (await computer.open()).deployAgent(agent(), call)
    const { process: started, ...intent } = await computer.record(name)
    await computer.plantRecord({ ...intent, launcher: LONG_ENDED })
    const next = await computer.open()
    expect(await stateIn(next)).toBe('running')
    await next.deployAgent(agent(), call)
    expect(await sleepers()).toEqual([started!.pid])
    await next.removeAgent(name, call)
    expect(await computer.isAlive(started!.pid)).toBe(false)
  })

  it('before it started the process, the machine has stopped, and can be ended or deployed again', async () => {
    const next = await computer.open()
    await computer.plantRecord({ name })
    expect(await stateIn(next)).toBe('stopped')
    await next.deployAgent(agent(), call)
    expect(await stateIn(next)).toBe('running')
    await next.removeAgent(name, call)
    await computer.plantRecord({ name })
    await next.removeAgent(name, call)
    expect(await next.listDeployedAgentNames(call)).toEqual([])
  })

  it('in the middle of writing a record, the draft goes with the next machine, and no younger one does', async () => {
    const provider = await computer.open()
    await provider.deployAgent(agent(), call)
    const [old, young] = [join(computer.machines, '.old.draft'), join(computer.machines, '.young.draft')]
    for (const file of [old, young]) await writeFile(file, '{"name": "pool-')
    const longAgo = new Date(Date.now() - 120_000)
    await utimes(old, longAgo, longAgo)
    await provider.removeAgent(name, call)
    expect(await readdir(computer.machines)).toEqual(['.young.draft'])
  })

  it('a pid that now belongs to somebody else is left alone', async () => {
    const { pid } = computer.somebodys('sleep', ['60'])
    const provider = await computer.open()
    await computer.plantRecord({ name, process: { pid, identity: 'another boot:1' } })
    expect(await stateIn(provider)).toBe('stopped')
    await provider.removeAgent(name, call)
    expect(await computer.isAlive(pid)).toBe(true)
    expect(await provider.listDeployedAgentNames(call)).toEqual([])
  })

  it('a damaged record is a machine all the same, and its processes are known by their mark', async () => {
    const provider = await computer.open()
    await provider.deployAgent(agent(), call)
    const { pid } = (await computer.record(name)).process!
    await computer.damageRecord(name)
    expect(await stateIn(provider)).toBe('unknown')
    await provider.removeAgent(name, call)
    expect(await computer.isAlive(pid)).toBe(false)
  })
})

describe('two autoscalers over one folder', () => {
  it('start one process for one name', async () => {
    const both = await Promise.all([computer.open(), computer.open()])
    await Promise.all(both.map((provider) => provider.deployAgent(agent(), call)))
    expect(await sleepers()).toHaveLength(1)
  })

  it('leave a launch of the other alone while that one runs', async () => {
    const { pid } = computer.somebodys('sleep', ['60'])
    const provider = await computer.open()
    await computer.plantRecord({ name, launcher: await computer.known(pid) })
    expect(await stateIn(provider)).toBe('starting')
    await provider.deployAgent(agent(), call)
    expect(await sleepers()).toEqual([])
  })
})

describe('wrong settings', () => {
  it('name the setting of a program that is not there', async () => {
    for (const command of ['no-such-agent', './no/such/agent']) {
      const provider = await computer.open({ command })
      const deploying = provider.deployAgent(agent(), call)
      await expect(deploying).rejects.toBeInstanceOf(Rejected)
      await expect(deploying).rejects.toThrow('WOODPECKER_LOCAL_COMMAND')
      await expect(provider.check?.(call)).rejects.toThrow(command)
      expect(await provider.listDeployedAgentNames(call)).toEqual([])
    }
  })

  it('leave nothing of a program that cannot be started', async () => {
    const provider = await computer.open({ command: await computer.notAProgram() })
    await expect(provider.deployAgent(agent(), call)).rejects.toThrow('WOODPECKER_LOCAL_COMMAND')
    expect(await provider.listDeployedAgentNames(call)).toEqual([])
  })

  it('are refused: an open quote, a variable of our own to pass on', async () => {
    await expect(computer.open({ command: 'sh "' })).rejects.toThrow('every quote closed')
    await expect(computer.open({ passEnv: ['WOODPECKER_TOKEN'] })).rejects.toThrow('agent-env')
  })

  it('name the setting of a folder that cannot be used', async () => {
    await expect(computer.open({ directory: '/dev/null/x' })).rejects.toThrow('WOODPECKER_LOCAL_DIRECTORY')
  })

  it('make no file outside the folder, whatever the name', async () => {
    const provider = await computer.open()
    const outside = { ...agent(), name: '../../pool-test-agent-aaaaaa' }
    await expect(provider.deployAgent(outside, call)).rejects.toBeInstanceOf(Rejected)
    await expect(provider.removeAgent(outside.name, call)).rejects.toBeInstanceOf(Rejected)
  })
})

/** Pids of this machine's processes that sleep for a minute or so. */
async function sleepers(): Promise<readonly number[]> {
  return await computer.marked(`${MARKER}=${name}@${computer.machines}`, /sleep 6\d$/)
}

async function alive(pids: readonly number[]): Promise<readonly number[]> {
  const are = await Promise.all(pids.map(computer.isAlive))
  return pids.filter((_, i) => are[i])
}
