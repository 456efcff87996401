/** In the words of EC2. */
export type Architecture = 'x86_64' | 'arm64'

/**
 * The architecture of a machine type, by its name: behind the generation's number a `g` stands for
 * Graviton (`m7g`, `c7gn`, `im4gn`, `g5g`), or for Grace (`p6e-gb200`); before it, as in `g4dn`, for graphics.
 * Known without a call, so that an autoscaler starts while AWS is away; `check` compares it with what AWS says.
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 */
export function architectureOf(instanceType: string): Architecture {
  const [family = ''] = instanceType.split('.')
  const attributes = /^[a-z]+\d+(.*)$/.exec(family)?.[1] ?? ''
  return family === 'a1' || attributes.includes('g') ? 'arm64' : 'x86_64'
}

/** As Go names it, and so a Woodpecker agent. */
export function platformOf(architecture: Architecture): string {
  return architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64'
}
