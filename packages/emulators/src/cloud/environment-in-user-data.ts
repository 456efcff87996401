type Environment = Readonly<Record<string, string>>

/**
 * The agent's environment out of the user data that a machine was really given: the file of cloud-init's
 * `write_files` that holds the agent's secret. In a user's own document, which may be any YAML, lines like
 * `- NAME=value` or `NAME: value` count. `undefined` where there is none: then no agent starts on the machine.
 */
export function environmentInUserData(userData: string): Environment | undefined {
  const texts = filesIn(userData)
  const file = texts.find((text) => /^WOODPECKER_AGENT_SECRET=/m.test(text))
  if (file !== undefined) return fromFile(file)
  const loose = Object.fromEntries(
    [...userData.matchAll(LOOSE)].map(([, name, value]) => [name!, unquoted(value!)]),
  )
  return 'WOODPECKER_AGENT_SECRET' in loose ? loose : undefined
}

const LOOSE = /^\s*(?:-\s*)?["']?(WOODPECKER_[A-Z0-9_]+)["']?\s*(?:=|:\s)\s*(.*?)\s*$/gm

interface WrittenFile {
  readonly content: string
  readonly encoding?: string
}

/** Of a document whose body is JSON, by itself or as a part of several. */
function filesIn(userData: string): readonly string[] {
  const json = /^#cloud-config\s*\n(\{[\s\S]*?\n?\})\s*(?:^--|$(?![\s\S]))/m.exec(userData)?.[1]
  if (json === undefined) return []
  try {
    const { write_files: files = [] } = JSON.parse(json) as { readonly write_files?: readonly WrittenFile[] }
    return files.map(({ content, encoding }) =>
      encoding === 'b64' ? Buffer.from(content, 'base64').toString('utf8') : content,
    )
  } catch {
    return []
  }
}

/** Docker's way, where nothing is quoted, or systemd's, where everything is. */
function fromFile(text: string): Environment {
  const pairs = text
    .split('\n')
    .filter((line) => line.includes('='))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)
  if (!pairs.every(([, value]) => /^".*"$/.test(value))) return Object.fromEntries(pairs)
  return Object.fromEntries(
    pairs.map(([name, value]) => [name, value.slice(1, -1).replaceAll(/\\([\\"$`])/g, '$1')]),
  )
}

/** A quote that was opened before the name ends behind the value. */
function unquoted(value: string): string {
  return value.replace(/^(["'])(.*)\1$/, '$2').replace(/["']$/, '')
}
