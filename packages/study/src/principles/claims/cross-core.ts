/**
 * What a change of rights costs when other cores run in the domain that loses them. Predicates over the interrupt's
 * latencies and the mechanism's own instruction.
 */
import type { Claim, ClaimCase } from "../claim.ts"
import { type End, ends } from "../constants.ts"
import { rightsChangeOn, windowOn } from "../measured.ts"

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

/** Moves of which another core could still use the old right behind their end, or for ever. */
const survives = (mechanism: string, config: Readonly<Record<string, unknown>>, machine: string): ClaimCase => ({
  at: { mechanism, ...stated(config), machine, threads: 4 },
  terms: {
    unsafe: windowOn({ mechanism, config, machine }, "unsafe"),
    unbounded: windowOn({ mechanism, config, machine }, "unbounded")
  },
  value: ({ unbounded = 0, unsafe = 0 }) => (unbounded > 0 ? Number.MAX_SAFE_INTEGER : unsafe),
  holds: (ticks) => ticks > 0
})

const stated = (config: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(config).map(([name, value]) => [name, String(value)]))

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
  },
  {
    id: "register-rights-survive",
    text: "Rights held in registers survive a revocation on other cores until each rewrites them",
    source: "libmpk, ATC'19, section 4.3; ATC'24 (Limitations and Opportunities), section 5",
    threshold: "another core can use the old right after the revocation has completed",
    cases: [survives("mpk", {}, "tiger-lake")]
  },
  {
    id: "synchronised-register-rights-do-not-survive",
    text: "Rewriting every core's register before a revocation completes leaves none that could use the old right",
    source: "libmpk, ATC'19, section 4.3 (do_pkey_sync)",
    threshold: "no core can use the old right after the revocation has completed",
    cases: [
      { ...survives("mpk", { synchronise: "interrupt" }, "tiger-lake"), holds: (ticks) => ticks === 0 },
      { ...survives("mpk", { synchronise: "rekey" }, "tiger-lake"), holds: (ticks) => ticks === 0 }
    ]
  },
  {
    id: "tag-rights-do-not-survive",
    text: "A memory tag takes a right from all cores at once",
    source: "ATC'24 (Limitations and Opportunities), section 5",
    threshold: "no core can use the old right after the revocation has completed",
    cases: [{ ...survives("mte", { mode: "synchronous" }, "cortex-x3"), holds: (ticks) => ticks === 0 }]
  }
]
