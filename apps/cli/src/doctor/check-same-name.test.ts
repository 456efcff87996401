import { FakeCiServer, ManualClock, usualLabels } from '@woodpeckers/autoscaler-core/testing'
import { expect, test } from 'vitest'
import { checkSameName } from './check-same-name.ts'

const name = 'pool-1-agent-a'
const call = { signal: new AbortController().signal }

test('doctor names a machine under whose name two agents have registered, and what probably causes it', async () => {
  const server = new FakeCiServer({ clock: new ManualClock() })
  server.addForeignAgent(name, { labels: usualLabels })
  expect(await checkSameName(server, call)).toEqual([])
  server.registerItself(name, { labels: usualLabels })
  expect(await checkSameName(server, call)).toEqual([
    {
      ok: false,
      subject: `agent ${name}`,
      text: '2 agents have this name (1, 2): its machine is kept while any of them may work',
      advice:
        'agent 2 registered itself with the shared secret: remove the agent that the machine image or template starts by itself',
    },
  ])
})
