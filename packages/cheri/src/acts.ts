/** The unit's effects by their codes: what `act` is told when an action of a program completes. Law: each is one action's. */
export const Act = {
  executive: 0,
  restricted: 1,
  take: 2,
  drop: 3,
  keep: 4,
  recall: 5,
  setHandle: 6,
  keepUntracked: 7,
  revoking: 8,
  scan: 9,
  sweep: 10,
  quarantine: 11,
  reuse: 12
} as const
