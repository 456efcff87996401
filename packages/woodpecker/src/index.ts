export { labelProblem } from './agent-environment.ts'
export { offerOf } from './agent-record.ts'
export { matching } from './matching.ts'
export type { WoodpeckerOptions } from './options.ts'
export {
  createPipelineHistory,
  type PastJob,
  type PipelineHistory,
  type Repository,
} from './pipeline-history.ts'
export { createWoodpeckerServer } from './woodpecker-server.ts'
