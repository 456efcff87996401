/** What the user data of one agent is made from. */
export interface UserDataInput {
  readonly name: string
  readonly poolId: string
  readonly image: string
  /** With the agent's secret. */
  readonly environment: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
}
