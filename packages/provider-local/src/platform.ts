const SYSTEMS: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' }
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', mipsel: 'mipsle' }

/** As a Woodpecker agent on this computer names its platform: `linux/amd64`, in Go's words. */
export function platformOf(system: string, architecture: string): string {
  return `${SYSTEMS[system] ?? system}/${ARCHITECTURES[architecture] ?? architecture}`
}
