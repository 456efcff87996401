// Adds up the results of several runs of vitest, and prints one line: `N passed, N failed, N skipped`.
import { readFileSync } from 'node:fs'

const totals = { passed: 0, failed: 0, skipped: 0 }
for (const file of process.argv.slice(2)) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(file, 'utf8'),
  )
  totals.passed += numPassedTests
  totals.failed += numFailedTests
  totals.skipped += numPendingTests + numTodoTests
}
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
