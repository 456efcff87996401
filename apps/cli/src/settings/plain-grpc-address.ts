/** `host:port`, or that as people copy it from a browser: with a scheme in front, and a slash behind. */
export const GRPC_ADDRESS: RegExp = /^(?:https?:\/\/)?[^\s/]+\/?$/

/**
 * The address as agents take it. Behind `https://` there is TLS: plain gRPC would find nobody there. `told`: what was made
 * of it, the end of a sentence that begins with the setting.
 */
export function withPlainAddress<Server extends { readonly grpcAddr: string; readonly grpcSecure: boolean }>(
  server: Server,
): {
  readonly server: Server
  readonly told: string | undefined
} {
  const { grpcAddr, grpcSecure } = server
  const plain = grpcAddr.replace(/^https?:\/\//, '').replace(/\/$/, '')
  if (plain === grpcAddr) return { server, told: undefined }
  const secure = grpcSecure || grpcAddr.startsWith('https:')
  const tls = secure && !grpcSecure ? ', with TLS (--grpc-secure=true)' : ''
  return {
    server: { ...server, grpcAddr: plain, grpcSecure: secure },
    told: `is ${JSON.stringify(grpcAddr)}: it is no URL but host:port; taken as ${plain}${tls}`,
  }
}
