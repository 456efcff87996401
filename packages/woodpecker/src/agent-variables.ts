/** What a variable of the agent that the autoscaler decides is about. */
export type OwnedSubject =
  | 'server'
  | 'secret'
  | 'tls'
  | 'certificate'
  | 'slots'
  | 'hostName'
  | 'backend'
  | 'labels'
  | 'singleWorkflow'
  | 'retryTimeout'

/**
 * Variables of an agent that the autoscaler decides, by what they are about, with their older names and their
 * `_FILE` forms (the agent's `flags.go`, 1.0 to 3.18). The plan relies on each: none may come from elsewhere.
 */
export const ownedVariables: Readonly<Record<OwnedSubject, readonly string[]>> = {
  server: ['WOODPECKER_SERVER'],
  // The file wins over the variable.
  secret: ['WOODPECKER_AGENT_SECRET', 'WOODPECKER_AGENT_SECRET_FILE'],
  tls: ['WOODPECKER_GRPC_SECURE'],
  certificate: ['WOODPECKER_GRPC_VERIFY', 'WOODPECKER_GRPC_SKIP_VERIFY'],
  slots: ['WOODPECKER_MAX_WORKFLOWS', 'WOODPECKER_MAX_PROCS'],
  hostName: ['WOODPECKER_HOSTNAME'],
  backend: ['WOODPECKER_BACKEND', 'WOODPECKER_BACKEND_ENGINE'],
  labels: ['WOODPECKER_AGENT_LABELS', 'WOODPECKER_FILTER_LABELS'],
  singleWorkflow: ['WOODPECKER_AGENT_SINGLE_WORKFLOW'],
  retryTimeout: ['WOODPECKER_RETRY_TIMEOUT'],
}

const SUBJECTS: ReadonlyMap<string, OwnedSubject> = new Map(
  (Object.entries(ownedVariables) as [OwnedSubject, readonly string[]][]).flatMap(([subject, names]) =>
    names.map((name) => [name, subject] as const),
  ),
)

/** What a variable of the agent is about where the autoscaler decides it, in whatever case it is written. */
export function subjectOfVariable(name: string): OwnedSubject | undefined {
  return SUBJECTS.get(name.trim().toUpperCase())
}
