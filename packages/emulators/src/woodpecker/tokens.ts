import type { Random } from '@woodpeckers/autoscaler-core'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** As the real server makes an agent's token: 52 base32 characters with their padding. */
export function agentToken(random: Random): string {
  return `${pick(random, BASE32, 52)}====`
}

export function hexToken(random: Random, length: number): string {
  return pick(random, '0123456789abcdef', length)
}

function pick(random: Random, alphabet: string, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += alphabet[Math.floor(random() * alphabet.length)]
  return text
}
