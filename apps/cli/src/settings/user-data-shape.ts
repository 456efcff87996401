import {
  AGENT_RELEASES,
  duration,
  isSha256,
  list,
  parseKeyValues,
  parseRegistryLogins,
  type RegistryLogin,
  secret,
  wrongBinaryUrl,
} from '@woodpeckers/autoscaler-core'
import { z } from 'zod'

const group = 'User data'
const LEAST_IDLE_MS = 600_000

/** The settings about it, all decided. */
export interface UserDataSettings {
  readonly agentMode: 'container' | 'binary'
  readonly agentBinaryUrl: string
  readonly agentBinarySha256: readonly string[]
  readonly registryMirror: readonly string[]
  readonly registryAuth?: string | undefined
  /** Left to what the machines need where it is not said. */
  readonly blockMetadata?: boolean | undefined
  readonly selfDestructAfter: number
}

/** What user data consists of, on clouds that take any. */
export const userDataShape: { readonly [Key in keyof UserDataSettings]-?: z.ZodType<UserDataSettings[Key]> } =
  {
    agentMode: z
      .enum(['container', 'binary'])
      .default('container')
      .describe('Whether the agent is a container of its image, or its binary under systemd')
      .meta({ placeholder: 'container|binary', group }),
    agentBinaryUrl: z
      .string()
      .default(AGENT_RELEASES)
      .describe(
        "The binary, or a .tar.gz with it; {version} is the image's, {arch} the machine's (amd64, arm64)",
      )
      .meta({ placeholder: 'url', group }),
    agentBinarySha256: list()
      .refine((digests) => digests.every(isSha256), 'must be SHA-256 digests, of 64 hexadecimal digits each')
      .default([])
      .describe('Its digest, or one for each architecture; without it the download is taken as it comes')
      .meta({ placeholder: 'digest,…', group }),
    registryMirror: list()
      .refine((urls) => urls.every(isMirror), 'must be a URL like https://mirror.example.org')
      .default([])
      .describe('Mirrors that Docker asks before Docker Hub: fresh machines meet its rate limit')
      .meta({ placeholder: 'url', group }),
    registryAuth: secret()
      .refine((text) => parseRegistryAuth(text) !== undefined, 'must be a list like host=user:password')
      .optional()
      .describe("Login for the pull of the agent's image: host=user:password; docker.io is Docker Hub")
      .meta({ placeholder: 'host=user:password', group }),
    blockMetadata: z
      .boolean()
      .optional()
      .describe("Keeps whatever runs on machines from the cloud's metadata service")
      .meta({ defaultText: 'true, unless machines have an instance profile', group }),
    selfDestructAfter: duration()
      .refine((ms) => ms === 0 || ms >= LEAST_IDLE_MS, 'must be 0, or at least 10m')
      .prefault('0s')
      .describe(
        'A machine shuts itself down when its agent had no work for so long and nobody has ended it; where that ends it (AWS)',
      )
      .meta({ defaultText: 'never', group }),
  }

/** The logins of `host=user:password`, several with commas; `undefined`: they cannot be read. */
export function parseRegistryAuth(text: string): readonly RegistryLogin[] | undefined {
  const read = parseKeyValues([text])
  return read.ok ? parseRegistryLogins(read.pairs) : undefined
}

interface UserDataValues extends UserDataSettings {
  readonly cloudinitTemplate?: string | undefined
}

/** A template decides by itself what a machine does: what it would pass over in silence is refused. */
export function checkUserDataSettings(settings: UserDataValues, context: z.RefinementCtx): void {
  const wrong = wrongBinaryUrl(settings.agentBinaryUrl, settings.agentBinarySha256)
  if (wrong) context.addIssue({ code: 'custom', path: ['agentBinaryUrl'], message: wrong })
  if (settings.cloudinitTemplate === undefined) return
  const given = {
    agentMode: settings.agentMode !== 'container',
    registryMirror: settings.registryMirror.length > 0,
    registryAuth: settings.registryAuth !== undefined,
    selfDestructAfter: settings.selfDestructAfter > 0,
  }
  for (const [key, isGiven] of Object.entries(given)) {
    const message = 'is for the built-in user data; with --cloudinit-template, write it into the template'
    if (isGiven) context.addIssue({ code: 'custom', path: [key], message })
  }
}

function isMirror(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text) && URL.canParse(text)
}
