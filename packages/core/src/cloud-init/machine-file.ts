/** A file of a machine, as `write_files` has it; its content in base64, so that nothing in it can break out. */
export interface MachineFile {
  readonly path: string
  readonly owner: string
  readonly permissions: Permissions
  readonly encoding: 'b64'
  readonly content: string
}

/** A text: as a bare number YAML would read it as decimal. */
export type Permissions = '0600' | '0644' | '0755'

export function machineFile(path: string, permissions: Permissions, content: string): MachineFile {
  const base64 = Buffer.from(content, 'utf8').toString('base64')
  return { path, owner: 'root:root', permissions, encoding: 'b64', content: base64 }
}

/** What a part of the user data brings: files, and commands once they are there. */
export interface MachinePart {
  readonly files: readonly MachineFile[]
  readonly commands: readonly (readonly string[])[]
}
