/**
 * Tests that fail, and why: the unit does something that the golden forbids. They fail in `isolde litmus` all the same.
 * Law: a finding leaves this list when its unit is put right; a golden never moves towards it.
 */
export interface Finding {
  readonly test: string
  readonly mechanism: string
  readonly why: string
}

export const findings: ReadonlyArray<Finding> = [
  {
    test: "rest-of-the-granule",
    mechanism: "cheri",
    why: "bounds are exact to the byte; the unit tells objects apart by the 16-byte granules in which pages are divided"
  },
  {
    test: "stg-of-ones-own",
    mechanism: "mte",
    why: "a load behind a tag store of its own thread is checked against the tag before while the store is in the buffer"
  },
  ...["mte", "cheri"].map((mechanism) => ({
    test: "migrated-with-its-rights",
    mechanism,
    why: "the unit knows no thread on a hardware thread where none has started, and crashes in its check"
  }))
]
