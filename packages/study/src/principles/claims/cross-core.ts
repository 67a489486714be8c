/**
 * What a change of rights costs when other cores run in the domain that loses them. Predicates over the interrupt's
 * latencies and the mechanism's own instruction.
 */
import type { Claim, ClaimCase } from "../claim.ts"
import { type End, ends } from "../constants.ts"
import { rightsChangeOn } from "../measured.ts"

const few = 2
const many = 64

const grows = (mechanism: string, config: Readonly<Record<string, unknown>>, machine: string, end: End): ClaimCase => ({
  at: { mechanism, machine, constants: end, threads: many },
  terms: {
    few: rightsChangeOn({ mechanism, config, machine, threads: few, end }, "ticks"),
    many: rightsChangeOn({ mechanism, config, machine, threads: many, end }, "ticks"),
    interrupts: rightsChangeOn({ mechanism, config, machine, threads: many, end }, "interrupts")
  },
  value: ({ few: least = 0, many: most = 0 }) => most / least,
  holds: (ratio) => ratio >= 4
})

/** The same, but constant: no interrupts and at most half as much again. */
const stays = (mechanism: string, machine: string, end: End): ClaimCase => ({
  ...grows(mechanism, {}, machine, end),
  value: ({ few: least = 0, interrupts = 0, many: most = 0 }) =>
    interrupts > 0 ? Number.POSITIVE_INFINITY : most / least,
  holds: (ratio) => ratio <= 1.5
})

export const crossCoreClaims: ReadonlyArray<Claim> = [
  {
    id: "mpk-synchronises",
    text: "MPK needs shootdown-like synchronisation to move a buffer for all cores",
    source: "ATC'24 (Limitations and Opportunities), section 5; libmpk, ATC'19, Fig. 10",
    threshold: `a move takes at least 4 times as many cycles with ${many} threads as with ${few}`,
    cases: ends.map((end) => grows("mpk", { synchronise: "interrupt" }, "skylake-sp", end))
  },
  {
    id: "mte-does-not-synchronise",
    text: "MTE moves a buffer for all cores without synchronisation",
    source: "ATC'24 (Limitations and Opportunities), section 5",
    threshold: `no interrupts, and a move with ${many} threads takes at most 1.5 times the cycles with ${few}`,
    cases: ends.map((end) => stays("mte", "neoverse-n1", end))
  }
]
