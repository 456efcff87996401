#!/usr/bin/env node
import { runServerProcess } from '../src/woodpecker/server-process.ts'

await runServerProcess(process.argv.slice(2))
