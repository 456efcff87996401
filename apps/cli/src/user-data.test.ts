import { expect, test } from 'vitest'
import type { CliSettings } from './settings/cli-schema.ts'
import { cliSchema } from './settings/cli-schema.ts'
import { checkUserData } from './user-data.ts'

function settings(given: object): CliSettings {
  return cliSchema.parse({ serverToken: 't', provider: 'local', ...given })
}

const loop =
  '#cloud-config\nruncmd:\n{{ range $k, $v := .Environment }} - ["env", "{{ $k }}={{ $v }}"]\n{{ end }}'
const alone = '#cloud-config\nruncmd: [["run", "{{ .Environment.WOODPECKER_AGENT_SECRET }}"]]'

test.each([
  ['the built-in document', {}, 0],
  ['a template with a loop over the environment', { cloudinitTemplate: loop }, 0],
  ['a template that leaves it out', { cloudinitTemplate: alone }, 1],
])('%s: agents that would give up jobs when the server is away are warned of', async (_, given, count) => {
  const { errors, warnings } = await checkUserData(settings(given))
  expect(errors).toEqual([])
  expect(warnings.filter((warning) => warning.startsWith('WOODPECKER_RETRY_TIMEOUT'))).toHaveLength(count)
})
