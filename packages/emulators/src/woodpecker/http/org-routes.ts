import type { EmulatedWoodpecker } from '../emulated-woodpecker.ts'
import { organisationNamed, organisationsOf } from '../organisations.ts'
import { Refusal } from '../refusal.ts'
import { createAgent, done, page, patchAgent } from './agent-answers.ts'
import { type Answer, json, webPage } from './answer.ts'
import type { Handler, Route } from './route.ts'

const LOOKUP = '/api/orgs/lookup/'

/** What organisations' admins may do: see them, and have agents of their own. */
export const orgRoutes: readonly Route[] = [
  ['GET', `${LOOKUP}*`, 'anyone', (server, _ids, { path }) => lookUp(server, path)],
  ['GET', '/api/orgs/:id', 'org-admin', (server, [org]) => json(viewOf(server, org!))],
  [
    'GET',
    '/api/orgs/:id/agents',
    'org-admin',
    unlessSwitchedOff((server, [org], request) => page(server.records.list(org), request)),
  ],
  [
    'POST',
    '/api/orgs/:id/agents',
    'org-admin',
    // Whether there is such an organisation is not looked at.
    unlessSwitchedOff((server, [org], request) => createAgent(server, request, org!)),
  ],
  [
    'PATCH',
    '/api/orgs/:id/agents/:id',
    'org-admin',
    unlessSwitchedOff((server, [org, id], request) => {
      checkIsOf(server, org!, id!)
      return patchAgent(server, id!, request)
    }),
  ],
  [
    'DELETE',
    '/api/orgs/:id/agents/:id',
    'org-admin',
    unlessSwitchedOff((server, [org, id]) => {
      checkIsOf(server, org!, id!)
      return done(() => server.records.delete(id!))
    }),
  ],
]

function unlessSwitchedOff(handler: Handler): Handler {
  return (server, ids, request) =>
    server.settings.disableUserAgentRegistration ? webPage : handler(server, ids, request)
}

function lookUp(server: EmulatedWoodpecker, path: string): Answer {
  const org = organisationNamed(server, decodeURIComponent(path.slice(LOOKUP.length)))
  if (!org) throw new Refusal(404)
  return json(org)
}

/** One that is not there is shown empty: the server looks whether it got a row, and it always gets one. */
function viewOf(server: EmulatedWoodpecker, id: number): object {
  const found = organisationsOf(server).find((org) => org.id === id)
  return found ?? { id: 0, forge_id: 0, name: '', is_user: false }
}

function checkIsOf(server: EmulatedWoodpecker, orgId: number, agentId: number): void {
  if (server.database.agents.get(agentId)?.org_id !== orgId) throw new Refusal(404, 'Agent not found')
}
