// The pure half by itself: for benchmarks, simulators, and those who want to ask what would be decided.

export * from './memory/observe.ts'
export * from './memory/outcomes.ts'
export * from './model/memory.ts'
export type * from './model/snapshot.ts'
export * from './plan/plan.ts'
export type * from './plan/plan-input.ts'
