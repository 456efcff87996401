/** Labels of a task or an agent. What they mean is the CI server's affair: see `Matching`. */
export type Labels = Readonly<Record<string, string>>
