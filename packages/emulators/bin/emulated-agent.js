#!/usr/bin/env node
import { runAgentProcess } from '../src/agent/agent-process.ts'

await runAgentProcess(process.env)
