import { connect } from 'node:net'
import { type Clock, Transient, withDeadline } from '@woodpeckers/autoscaler-core'
import { bad, type Finding, good } from './finding.ts'

const DEADLINE_MS = 5000

/** Whether the gRPC port takes connections from here; agents are elsewhere, which only they can tell. */
export async function checkGrpc(address: string, clock: Clock): Promise<Finding> {
  const { host, port } = splitAddress(address)
  try {
    await withDeadline(
      clock,
      DEADLINE_MS,
      undefined,
      () => new Transient('no answer within 5s'),
      (signal) => tryConnect(host, port, signal),
    )
    return good('gRPC', `${host}:${port} takes connections from here; agents must reach it too`)
  } catch (error) {
    const message =
      error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error)
    return bad(
      'gRPC',
      `${host}:${port}: ${message}`,
      "set WOODPECKER_GRPC_ADDR to host:port of the server's gRPC (WOODPECKER_GRPC_ADDR there, :9000 by default); where only agents can reach it, this is no fault",
    )
  }
}

/** Without a port gRPC takes 443. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const match = /^\[?(.*?)\]?(?::(\d+))?$/.exec(address)
  const isBareIpv6 = address.split(':').length > 2 && !address.startsWith('[')
  if (isBareIpv6 || !match) return { host: address, port: 443 }
  return { host: match[1] ?? address, port: Number(match[2] ?? 443) }
}

function tryConnect(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal })
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
    socket.once('error', reject)
  })
}
