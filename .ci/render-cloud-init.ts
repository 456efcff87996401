// Writes the user data in all its variants into the folder that is given, for check-cloud-init.sh: a document for
// each, and for those of several parts what theirs should come out as.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type CloudInitOptions,
  createUserDataRenderer,
  defaultCloudInitOptions,
} from '../packages/core/src/cloud-init/index.ts'

const [folder] = process.argv.slice(2)
if (!folder) throw new Error('usage: render-cloud-init.ts FOLDER')

const input = {
  name: 'pool-1-agent-sample',
  poolId: '1',
  image: 'docker.io/woodpeckerci/woodpecker-agent:v3.17.0',
  environment: {
    WOODPECKER_SERVER: 'ci.example.org:9000',
    WOODPECKER_AGENT_SECRET: 'x'.repeat(64),
    WOODPECKER_AGENT_LABELS: 'gpu=yes,place=cellar',
    AWKWARD: `he said: "it's #1" {{ \\o/ }} $HOME \`id\` ü`,
  },
  labels: {},
}

const all: Partial<CloudInitOptions> = {
  registryMirrors: ['https://mirror.example.org'],
  registryLogins: [{ host: 'docker.io', user: 'ci', password: 'not-a-password' }],
  selfDestructAfterMs: 4 * 3_600_000,
}
const variants: Readonly<Record<string, Partial<CloudInitOptions>>> = {
  container: {},
  binary: { agentMode: 'binary', agentBinarySha256: ['ab'.repeat(32)] },
  mirror: { registryMirrors: ['https://mirror.example.org'] },
  auth: { registryLogins: [{ host: 'docker.io', user: 'ci', password: 'not-a-password' }] },
  'no-blackhole': { blockMetadata: false },
  'self-destruct': { selfDestructAfterMs: 4 * 3_600_000 },
  everything: all,
  'everything-binary': { ...all, agentMode: 'binary', agentBinaryUrl: 'https://files.example/agent-{arch}' },
}

for (const [name, change] of Object.entries(variants)) {
  const { render } = await createUserDataRenderer({ ...defaultCloudInitOptions, ...change })
  const text = render(input)
  writeFileSync(join(folder, `${name}.yaml`), text)
  const { write_files: files } = JSON.parse(text.slice(text.indexOf('\n'))) as {
    write_files: readonly { path: string; content: string }[]
  }
  mkdirSync(join(folder, `${name}.files`))
  for (const { path, content } of files) {
    writeFileSync(join(folder, `${name}.files`, path.split('/').at(-1)!), Buffer.from(content, 'base64'))
  }
}

const booting = await createUserDataRenderer({
  ...defaultCloudInitOptions,
  template: `#cloud-config
write_files:
- path: /etc/agent.env
  content: |
{{- range $key, $value := .Environment }}
    {{ $key }}={{ $value }}
{{- end }}
runcmd:
- echo ran >>/var/ran
`,
})
const secret = { WOODPECKER_AGENT_SECRET: 'not-a-secret-0123456789' }
writeFileSync(join(folder, 'boot.user-data'), booting.render({ ...input, environment: secret }))

const fixtures = new URL('../packages/core/src/cloud-init/template/fixtures/', import.meta.url)
const plain = { ...input, environment: { ...input.environment, AWKWARD: 'plain, ü' } }
for (const name of ['01-compose', '02-docker-run', '03-env-file']) {
  const template = readFileSync(new URL(`${name}.tmpl`, fixtures), 'utf8')
  const settings = { ...defaultCloudInitOptions, template }
  const { render } = await createUserDataRenderer(settings)
  const bare = await createUserDataRenderer({ ...settings, blockMetadata: false })
  writeFileSync(join(folder, `${name}.mime`), render(plain))
  writeFileSync(join(folder, `${name}.theirs`), bare.render(plain))
}
