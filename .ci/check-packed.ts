// Installs what would be published in an empty folder, outside the workspace, and uses it as a stranger would:
// the program's help, the emulated server as a process, and the example's provider, copied as it is.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '..')
const published = [
  'apps/cli',
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`),
].filter((part) => existsSync(join(root, part, 'package.json')))
const folder = mkdtempSync(join(tmpdir(), 'packed-'))
// The Node that runs this, in front of whatever the machine has.
process.env['PATH'] = `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`
const tarballs = join(folder, 'tarballs')

try {
  for (const part of published) {
    run('npx', ['-y', 'pnpm@12.21.0', 'pack', '--pack-destination', tarballs], join(root, part))
  }
  const overrides: Record<string, string> = {}
  for (const file of readdirSync(tarballs)) {
    const path = join(tarballs, file)
    const manifest = execFileSync('tar', ['-xzOf', path, 'package/package.json'], { encoding: 'utf8' })
    overrides[JSON.parse(manifest).name] = `file:${path}`
  }
  const example = join(folder, 'example')
  cpSync(join(root, 'examples/custom-provider'), example, {
    recursive: true,
    filter: (path) => !/node_modules|\.types|dist/.test(path),
  })
  const manifest = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8'))
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies }
  const fromTarballs = (dependencies: object) =>
    Object.fromEntries(Object.entries(dependencies).map(([name, range]) => [name, overrides[name] ?? range]))
  writeFileSync(
    join(example, 'package.json'),
    JSON.stringify({
      ...manifest,
      dependencies: { ...fromTarballs(wanted), ...overrides },
      devDependencies: {},
      overrides,
    }),
  )
  run('npm', ['install', '--no-audit', '--no-fund'], example)
  const bin = join(example, 'node_modules/.bin')
  const help = execFileSync(join(bin, 'woodpecker-autoscaler'), ['--help'], {
    cwd: example,
    encoding: 'utf8',
  })
  if (!help.includes('--server-url')) throw new Error(`the installed program's help is odd:\n${help}`)
  console.log('help: fine')
  run('npx', ['vitest', 'run'], example)
  await planWithExample(bin, example)
  await lookAtPage(join(bin, 'woodpecker-autoscaler'), example)
  await lookAtPage(deployed(), folder)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** `plan` of the installed program, with the copied provider, against the installed emulated server. */
async function planWithExample(bin: string, example: string): Promise<void> {
  const server = spawn(join(bin, 'emulated-woodpecker'), ['--port', '0', '--grpc-port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
    const { url, grpc } = JSON.parse(line)
    const args = ['plan', '--provider=./provider.ts', `--server-url=${url}`, `--grpc-addr=${grpc}`, '--json']
    const output = execFileSync(join(bin, 'woodpecker-autoscaler'), args, {
      cwd: example,
      encoding: 'utf8',
      env: { ...process.env, WOODPECKER_TOKEN: 'admin-token', ...exampleSettings() },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    console.log(`plan: ${output.length} bytes of JSON`)
  } catch (error) {
    // The example's cloud is not there: only that it was asked matters here.
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    if (!stdout.includes('"machines-unknown"'))
      throw new Error(`plan with the example failed:\n${stdout}${stderr}`)
    console.log('plan: the example was asked, and says that its cloud is not there')
  } finally {
    server.kill()
  }
}

/** The program as the Dockerfile picks it, in a folder where no sources are. */
function deployed(): string {
  const app = join(folder, 'app')
  run('npx', ['-y', 'pnpm@12.21.0', '--filter=woodpecker-autoscaler', 'deploy', '--prod', app], root)
  run(process.execPath, ['tools/pack/use-built.ts', app], root)
  refuseDevelopment(app)
  return join(app, 'bin/woodpecker-autoscaler.js')
}

/** What builds and tests the program has no place in what runs it. */
function refuseDevelopment(app: string): void {
  const there = new Set(
    readdirSync(join(app, 'node_modules/.pnpm')).map((entry) => entry.replace(/(?!^)@.*/, '')),
  )
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const names = [...Object.keys(devDependencies), 'vite', 'rolldown', 'lightningcss', 'fast-check']
  const wrong = names.filter((name) => !name.startsWith('@woodpeckers/') && there.has(name.replace('/', '+')))
  if (wrong.length > 0)
    throw new Error(`the image would hold what only development needs: ${wrong.join(', ')}`)
  console.log(`deployed: ${there.size} packages, none of them for development`)
}

/** The page, which is built ahead: of the demo, as that needs nothing else. */
async function lookAtPage(program: string, cwd: string): Promise<void> {
  const demo = spawn(program, ['demo', '--keep'], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    let address: string | undefined
    for await (const line of createInterface({ input: demo.stdout })) {
      address = /^page: (\S+)/.exec(line)?.[1]
      if (address !== undefined) break
    }
    const page = await (await fetch(address!)).text()
    const assets = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!)
    if (assets.length < 2) throw new Error(`the page names no script and no style:\n${page}`)
    for (const path of assets) {
      const { ok, status } = await fetch(new URL(path, address))
      if (!ok) throw new Error(`${path} of the page: ${status}`)
    }
    console.log(`page: ${page.length} bytes, and ${assets.length} files that it names`)
  } finally {
    demo.kill()
  }
}

function exampleSettings(): Record<string, string> {
  return { WOODPECKER_TINYCLOUD_URL: 'http://127.0.0.1:9', WOODPECKER_TINYCLOUD_TOKEN: 'x' }
}

function run(command: string, args: readonly string[], cwd: string): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
}
