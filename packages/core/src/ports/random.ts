/** 0 ≤ x < 1, for jitter and names: passed in, so that a run can be repeated. */
export type Random = () => number
