// Loaded into the autoscaler's process by --import: at SIGUSR2 it writes how much memory is left after a collection.
import { appendFileSync } from 'node:fs'

process.on('SIGUSR2', () => {
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  const line = { pid: process.pid, upS: Math.round(process.uptime()), rss, heapUsed, external }
  // In its working directory, which is the soak's own.
  appendFileSync('memory.jsonl', `${JSON.stringify(line)}\n`)
})
