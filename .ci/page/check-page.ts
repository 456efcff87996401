// The page in a real browser, in front of fixtures: can it be read, reached and trusted, and is it fast?
import { launchBrowser } from './browser.ts'
import { checkConnection } from './check-connection.ts'
import { checkKeyboard } from './check-keyboard.ts'
import { checkReading } from './check-reading.ts'
import { checkSpeed } from './check-speed.ts'
import { checkWhole } from './check-whole.ts'
import { Checks } from './checks.ts'
import { setStage } from './stage.ts'

const checks = new Checks(process.argv.slice(2).join(' '))
const browser = await launchBrowser()
const stage = setStage(checks, browser)
for (const check of [checkSpeed, checkReading, checkKeyboard, checkConnection, checkWhole]) await check(stage)
await browser.close()
process.exitCode = checks.summary() ? 0 : 1
