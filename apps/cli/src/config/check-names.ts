import { namePrefix } from '@woodpeckers/autoscaler-core'

/**
 * Why two pools may not be there together, or nothing. Host names know no capitals, and some clouds turn dots and
 * underscores into dashes; and who looks only at how a name begins takes the pool `a-agent-b` for one of `a`.
 */
export function whyAlike(one: string, other: string): string | undefined {
  if (one === other) return `is ${JSON.stringify(one)}, as that of another pool is: each needs its own`
  const [a, b] = [plain(one), plain(other)]
  const alike =
    a === b || `${b}-`.startsWith(namePrefix(a).slice(5)) || `${a}-`.startsWith(namePrefix(b).slice(5))
  return alike
    ? `is ${JSON.stringify(one)}: its machines could be taken for those of the pool ${JSON.stringify(other)}`
    : undefined
}

function plain(id: string): string {
  return id.toLowerCase().replaceAll(/[._-]/g, '-')
}
