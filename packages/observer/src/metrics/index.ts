// By itself: prom-client takes a while to load, and only those who are asked for metrics need it.

export type { CallResult, CallSeen } from './calls.ts'
export * from './metrics.ts'
export { type Observes, observedProvider, observedServer } from './observed.ts'
