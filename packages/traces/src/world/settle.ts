/** Lets every promise that can go on go on: one turn of the event loop runs all micro-tasks. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
