#!/usr/bin/env node
// Node versions that cannot run the rest still have to parse this file: no syntax newer than import().
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`woodpecker-autoscaler needs Node.js 22.19 or newer; this is ${process.versions.node}`)
  process.exitCode = 1
} else {
  // First of all: flags may hold secrets, and other users of the computer can list them. See src/process/title.ts.
  process.title = 'woodpecker-autoscaler'
  // Node.js would open its debugger, which lets anybody on this computer run code in here.
  process.on('SIGUSR1', () => {})
  void import('node:module').then((module) => {
    module.enableCompileCache()
    return import('woodpecker-autoscaler/main')
  })
}
