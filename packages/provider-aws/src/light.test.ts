import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

it('the SDK is not loaded before a provider is made', () => {
  const index = new URL('./index.ts', import.meta.url).href
  const script = `
    import { registerHooks } from 'node:module'
    const seen = []
    registerHooks({
      resolve(specifier, context, next) {
        const found = next(specifier, context)
        seen.push(found.url)
        return found
      },
    })
    await import(${JSON.stringify(index)})
    console.log(JSON.stringify(seen))`
  const seen: readonly string[] = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }),
  )
  expect(seen.some((url) => url.endsWith('/options.ts'))).toBe(true)
  expect(seen.filter((url) => /aws-sdk|smithy|aws-provider|undici/.test(url))).toEqual([])
})
