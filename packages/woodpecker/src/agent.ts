// What an agent is started with, by itself: without the client of the server, which is heavy.

export { type AgentServer, agentEnvironment } from './agent-environment.ts'
export * from './agent-variables.ts'
