export type * from './views/event-view.ts'
export type * from './views/history-view.ts'
export type * from './views/status-view.ts'
