/** What the monitor says of an access, and of which accesses: one word each, in the order of their numbers. */

export const Verdict = {
  /** Intended and allowed. */
  permitted: 0,
  /** Neither. */
  prevented: 1,
  /** Not intended any more, and allowed before the revocation had completed. */
  racing: 2,
  /** Allowed after the revocation had completed, or where nobody had ever intended it. */
  leaked: 3,
  /** Allowed, and reported later. */
  detected: 4,
  /** Allowed because the mechanism doesn't check such accesses, or such memory. */
  ungoverned: 5,
  /** Faulted; the kernel repaired it and the access was made again. */
  healed: 6,
  /** Intended and faulted. */
  spurious: 7
} as const
export type Verdict = (typeof Verdict)[keyof typeof Verdict]

export const verdictNames: ReadonlyArray<string> = Object.keys(Verdict)
