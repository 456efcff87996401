import type { Labels, UserDataCheck } from '@woodpeckers/autoscaler-core'
import { demandedInVain } from '../parts/demanded-labels.ts'
import { bad, type Finding, good } from './finding.ts'

/** Whether user data renders, fits, and passes on what agents shall have; one finding for each fault. */
export function checkUserDataFindings({ errors, warnings, bytes }: UserDataCheck): readonly Finding[] {
  const advice =
    'mend the template (WOODPECKER_CLOUDINIT_TEMPLATE_FILE), or leave it out for the built-in one'
  const wrong = [...errors, ...warnings]
  if (wrong.length === 0) return [good('user data', `renders, ${bytes} bytes`)]
  // The same advice for all of them: once.
  return wrong.map((what, at) => bad('user data', what, at === wrong.length - 1 ? advice : ''))
}

/** Whether the agent's image fits the server: their gRPC versions must be equal. */
export function checkImage(image: string | undefined, serverVersion: string | undefined): Finding {
  if (image === undefined) {
    return good(
      'agent image',
      `woodpecker-agent in the server's version${serverVersion ? `, ${serverVersion}` : ''}`,
    )
  }
  const tag = /:v?(\d+\.\d+)(?:\.\d+)?[^/]*$/.exec(image)?.[1]
  const server = /^v?(\d+\.\d+)\./.exec(serverVersion ?? '')?.[1]
  if (tag !== undefined && tag === server) return good('agent image', `${image}, as the server`)
  if (tag === undefined || server === undefined)
    return good('agent image', `${image}; whether its version is the server's is unknown`)
  return bad(
    'agent image',
    `${image}, but the server is ${serverVersion}`,
    'leave --agent-image out, or give it the tag of the server: agent and server must speak the same version',
  )
}

/** Nothing is said of labels as they should be. */
export function checkDemands(labels: Labels, version: string | undefined): readonly Finding[] {
  const inVain = demandedInVain(labels, version ?? '')
  return inVain === undefined
    ? []
    : [
        bad(
          'agent labels',
          inVain,
          'update the server to 3.12 or newer, or do without labels that begin with !',
        ),
      ]
}
