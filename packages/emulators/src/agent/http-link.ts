import { Agent, request } from 'node:http'
import {
  type AgentInfo,
  type AgentLink,
  type Assignment,
  CallRefused,
  type JobState,
  ServerUnreachable,
} from './agent-link.ts'

/** Reaches an emulated server over HTTP, at the address of its agents' port (`host:port`). */
export function httpLink(address: string, token: string, agentId?: number): AgentLink {
  // No time limits: a poll lasts as long as there is no work.
  const connections = new Agent({ keepAlive: true })
  let id = agentId
  const call = (name: string, body: object, signal: AbortSignal) => {
    const headers = {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${token}`,
      ...(id === undefined ? {} : { 'X-Agent-Id': String(id) }),
    }
    return post(`http://${address}/rpc/${name}`, headers, JSON.stringify(body), connections, signal)
  }
  const tell = async (name: string, body: object, signal: AbortSignal): Promise<void> => {
    await call(name, body, signal)
  }
  return {
    register: async (info: AgentInfo, signal) => {
      id = (await call('register', { info }, signal)) as number
      return id
    },
    unregister: (signal) => tell('unregister', {}, signal),
    next: async (labels, signal) =>
      ((await call('next', { labels }, signal)) as Assignment | null) ?? undefined,
    wait: async (taskId, signal) => (await call('wait', { taskId }, signal)) as { canceled: boolean },
    init: (taskId, signal) => tell('init', { taskId }, signal),
    update: (taskId, signal) => tell('update', { taskId }, signal),
    extend: (taskId, signal) => tell('extend', { taskId }, signal),
    done: (taskId, state: JobState, signal) => tell('done', { taskId, state }, signal),
    reportHealth: (signal) => tell('report-health', {}, signal),
  }
}

function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  agent: Agent,
  signal: AbortSignal,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const unreachable = (cause: Error) => reject(new ServerUnreachable(cause.message, { cause }))
    const outgoing = request(url, { method: 'POST', headers, agent, signal }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', unreachable)
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text))
        else reject(new CallRefused(text))
      })
    })
    outgoing.on('error', unreachable)
    outgoing.end(body)
  })
}
