import { writeFileSync } from 'node:fs'
import { builtInDefinitions } from '../providers/built-in.ts'
import { configPage } from './config-page.ts'

writeFileSync(new URL('../../../../docs/config.md', import.meta.url), configPage(await builtInDefinitions()))
