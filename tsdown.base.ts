import { defineConfig, type UserConfig } from 'tsdown'

/** How every package is built: one file for each source, with its types, nothing of others bundled in. */
export function library(entry: readonly string[] = ['src/index.ts']): UserConfig {
  return defineConfig({
    entry: [...entry],
    format: 'esm',
    platform: 'node',
    target: 'node22.19',
    dts: { oxc: true },
    unbundle: true,
    outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
    tsconfig: '../../tsconfig.base.json',
  }) as UserConfig
}
