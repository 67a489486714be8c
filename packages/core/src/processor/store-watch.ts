/** Who waits for a store to drain, a bit each in its row of the store buffer. Law: a bit is told once, at the drain. */
export const Watch = {
  /** SB2. */
  tag: 1,
  /** It is judged again. */
  judged: 2,
  /** It is the last of a rights operation. */
  last: 4
} as const
