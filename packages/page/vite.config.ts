import { defineConfig, type UserConfig } from 'vite'

/**
 * The page as files that a strict content security policy lets through: no inline script or style, names with a
 * hash of what is in them. What is small is not inlined either, for the same reason.
 */
const config: UserConfig = defineConfig({
  root: `${import.meta.dirname}/src/browser`,
  base: '/',
  publicDir: false,
  build: {
    outDir: `${import.meta.dirname}/dist/page`,
    emptyOutDir: true,
    target: 'es2023',
    cssTarget: ['chrome125', 'firefox125', 'safari17.5'],
    modulePreload: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // What is bundled is of others: their licences go with it.
    license: { fileName: 'licenses.md' },
  },
  // Its JSX is Preact's; the sources need no other plugin.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
})
export default config
