export { labelProblem } from './agent-environment.ts'
export { matching } from './matching.ts'
export type { WoodpeckerOptions } from './options.ts'
export { createWoodpeckerServer } from './woodpecker-server.ts'
