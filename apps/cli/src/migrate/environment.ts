/** Variables, as a process would have them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** An environment that was written down somewhere. */
export type EnvironmentRead =
  | {
      readonly ok: true
      readonly env: Environment
      /** Variables whose value needs others that are not set here, with the line that says so. */
      readonly unresolved: ReadonlyMap<string, string>
      /** One line each. */
      readonly remarks: readonly string[]
    }
  | { readonly ok: false; readonly problems: readonly string[] }
