/** An amount with its currency: amounts of different currencies are never added up. */
export interface Money {
  readonly amount: number
  /** ISO 4217, for example `EUR`. */
  readonly currency: string
}

/** A machine type in a place, at a price. */
export interface Offering {
  /** For example `cx22:fsn1`; what a provider takes as `AgentDeployment.offering`. */
  readonly id: string
  readonly hourlyPrice?: Money
}
