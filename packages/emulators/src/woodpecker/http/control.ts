import type { EmulatedWoodpecker } from '../emulated-woodpecker.ts'
import { type Answer, json, noContent, text } from './answer.ts'
import type { Fault, Faults } from './faults.ts'

/** `/emulator/…`: what a test or demo does to the server from outside. No token is asked for. */
export async function answerControl(
  server: EmulatedWoodpecker,
  faults: Faults,
  method: string,
  path: string,
  body: string,
): Promise<Answer> {
  const order = body === '' ? {} : JSON.parse(body)
  const name = `${method} ${path.replace(/^\/emulator/, '')}`
  switch (name) {
    case 'POST /repos':
      return json(server.createRepo(order))
    case 'POST /repos/remove':
      server.removeRepo(order.name)
      return noContent
    case 'POST /pipelines':
      return json(server.createPipeline(order))
    case 'GET /pipelines':
      return json(outcomes(server))
    case 'POST /restart':
      server.restart()
      return noContent
    case 'POST /stop':
      server.stop()
      return noContent
    case 'POST /start':
      server.start()
      return noContent
    case 'POST /pause':
      server.pause()
      return noContent
    case 'POST /resume':
      server.resume()
      return noContent
    case 'POST /agents/revert':
      server.calls.revertAtNextHeartbeat(order.id)
      return noContent
    case 'POST /agents/spare':
      server.records.spareNextEviction(order.id, order.pollers)
      return noContent
    case 'POST /faults':
      faults.add(order as Fault)
      return noContent
    case 'DELETE /faults':
      faults.clear()
      return noContent
    case 'GET /log':
      return json(server.log.lines)
    default:
      return text(404, `no such control: ${name}`)
  }
}

/** How a pipeline has come out, for those who ordered it. */
export interface PipelineOutcome {
  readonly id: number
  readonly repo: string
  readonly number: number
  readonly status: string
  readonly workflows: readonly {
    readonly id: number
    readonly name: string
    readonly state: string
    readonly agentId: number
  }[]
}

function outcomes(server: EmulatedWoodpecker): PipelineOutcome[] {
  return [...server.database.pipelines.values()].map((pipeline) => {
    const repo = server.database.repos.get(pipeline.repoId)
    return {
      id: pipeline.id,
      repo: repo ? `${repo.owner}/${repo.name}` : '',
      number: pipeline.number,
      status: pipeline.status,
      workflows: pipeline.workflows.map(({ id, name, state, agentId }) => ({ id, name, state, agentId })),
    }
  })
}
