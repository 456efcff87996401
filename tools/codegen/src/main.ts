import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { generate, targets } from './generate.ts'

for (const target of targets) {
  await writeFile(target.types, await generate(target))
  console.log(`wrote ${fileURLToPath(target.types)}`)
}
