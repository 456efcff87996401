import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runInProcess } from './fixtures/in-process.ts'
import type { CliSettings } from './settings/cli-schema.ts'
import { cliSchema } from './settings/cli-schema.ts'
import { checkUserData } from './user-data.ts'

function settings(given: object): CliSettings {
  return cliSchema.parse({ serverToken: 't', provider: 'local', ...given })
}

const TEMPLATES = new URL('../../../packages/core/src/cloud-init/template/fixtures/', import.meta.url)
const NAMED = `#cloud-config
runcmd:
  - docker run -d
    -e WOODPECKER_SERVER={{ .Environment.WOODPECKER_SERVER }}
    -e WOODPECKER_AGENT_SECRET={{ .Environment.WOODPECKER_AGENT_SECRET }}
    -e WOODPECKER_HOSTNAME={{ .AgentName }}
    -e WOODPECKER_MAX_WORKFLOWS={{ .Environment.WOODPECKER_MAX_WORKFLOWS }}
    -e WOODPECKER_RETRY_TIMEOUT=0s
    {{ .Image }}
`
const LABELLED = NAMED.replace(
  '    {{ .Image }}',
  '    -e WOODPECKER_AGENT_LABELS={{ range $k, $v := .Labels }}{{ $k }}={{ $v }},{{ end }}\n    {{ .Image }}',
)

async function warningsOf(given: object): Promise<readonly string[]> {
  const { errors, warnings } = await checkUserData(settings(given))
  expect(errors).toEqual([])
  return warnings
}

describe('what a template does not pass on to agents', () => {
  test.each(['01-compose', '02-docker-run', '03-env-file', '18-systemd-unit'])(
    'is nothing where it has a loop: %s',
    async (name) => {
      const cloudinitTemplate = readFileSync(new URL(`${name}.tmpl`, TEMPLATES), 'utf8')
      const all = { grpcSecure: true, grpcVerify: false, agentBackend: 'local', agentEnv: { FOO: 'bar' } }
      expect(await warningsOf({ cloudinitTemplate, agentLabels: { gpu: 'yes' }, ...all })).toEqual([])
    },
  )

  test('is nothing in the built-in document', async () => {
    expect(await warningsOf({ agentLabels: { gpu: 'yes' }, agentMode: 'binary' })).toEqual([])
  })

  test('is nothing where agents do the same by themselves, and labels may come from .Labels', async () => {
    expect(await warningsOf({ cloudinitTemplate: LABELLED, workflowsPerAgent: 1 })).toEqual([])
  })

  test.each([
    [{ agentLabels: { gpu: 'yes' } }, 'WOODPECKER_AGENT_LABELS', 'agents register without gpu=yes'],
    [{ grpcSecure: true }, 'WOODPECKER_GRPC_SECURE', 'agents do not use TLS'],
    [{ grpcVerify: false }, 'WOODPECKER_GRPC_VERIFY', 'agents verify the certificate as their version does'],
    [{ mode: 'ephemeral' }, 'WOODPECKER_AGENT_SINGLE_WORKFLOW', 'agents go on after their one workflow'],
    [{ agentBackend: 'local' }, 'WOODPECKER_BACKEND', 'agents may not use the local backend'],
  ])('is told, with what comes of it: %j', async (given, name, then) => {
    const template = 'agentLabels' in given ? NAMED : LABELLED
    expect(await warningsOf({ cloudinitTemplate: template, ...given })).toEqual([
      `${name} does not reach the agent: the template does not pass it on, so ${then}`,
    ])
  })

  test('is told of variables of the user’s own, and of the image', async () => {
    const cloudinitTemplate = LABELLED.replace('{{ .Image }}', 'agent:latest')
    const given = { cloudinitTemplate, agentEnv: { HTTPS_PROXY: 'http://p' }, agentImage: 'me/agent:1' }
    expect(await warningsOf(given)).toEqual([
      'HTTPS_PROXY does not reach the agent: the template does not pass it on',
      '--agent-image (WOODPECKER_AGENT_IMAGE) is not used: the template does not pass it on',
    ])
  })

  test('is told where the template sets another value', async () => {
    const cloudinitTemplate = LABELLED.replace('TIMEOUT=0s', 'TIMEOUT=5m')
    expect(await warningsOf({ cloudinitTemplate })).toEqual([
      'WOODPECKER_RETRY_TIMEOUT does not reach the agent: the template sets another value, so jobs are lost when the server is unreachable for long',
    ])
  })

  test('is told of the marks of drift where there are no labels but those', async () => {
    expect(await warningsOf({ cloudinitTemplate: NAMED })).toEqual([expect.stringContaining('not replaced')])
    expect(await warningsOf({ cloudinitTemplate: NAMED, replaceDrifted: false })).toEqual([])
  })

  test.each([['config', 'validate'], ['plan'], ['doctor']])('is told by %s %s', async (...words) => {
    const env = {
      WOODPECKER_TOKEN: 't',
      WOODPECKER_PROVIDER: 'hetznercloud',
      WOODPECKER_HETZNERCLOUD_API_TOKEN: 'hunter2',
      WOODPECKER_HETZNERCLOUD_SERVER_TYPE: 'cx23',
      WOODPECKER_HETZNERCLOUD_ENDPOINT: 'http://127.0.0.1:9',
      WOODPECKER_SERVER: 'http://127.0.0.1:9',
      WOODPECKER_GRPC_ADDR: '127.0.0.1:9',
      WOODPECKER_CLOUDINIT_TEMPLATE: NAMED,
      WOODPECKER_AGENT_LABELS: 'gpu=yes',
      WOODPECKER_GRPC_SECURE: 'true',
    }
    const { err, out } = await runInProcess(words.filter(Boolean), env)
    for (const name of ['WOODPECKER_AGENT_LABELS', 'WOODPECKER_GRPC_SECURE']) {
      expect(err).toContain(`${name} does not reach the agent`)
      if (words[0] === 'doctor') expect(out).toContain(`✗ user data: ${name} does not reach the agent`)
    }
  })
})
