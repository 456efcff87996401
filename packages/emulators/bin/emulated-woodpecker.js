#!/usr/bin/env node
import { runServerProcess } from '@woodpeckers/autoscaler-emulators/server-process'

await runServerProcess(process.argv.slice(2))
