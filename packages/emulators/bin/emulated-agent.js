#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// Many are started at once.
enableCompileCache()
const { runAgentProcess } = await import('@woodpeckers/autoscaler-emulators/agent-process')
await runAgentProcess(process.env)
