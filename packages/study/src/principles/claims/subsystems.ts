/** How many subsystems a mechanism tells apart: tags run out, capabilities and address spaces don't. */
import type { Claim, ClaimCase } from "../claim.ts"
import { visitOf } from "../measured.ts"

const few = 8
const counts = [64, 512, 4096]

/** Most that an invocation may cost beside what it costs with few domains, before a mechanism counts as limited. */
const CLIFF = 2

const cliff = (mechanism: string, machine: string, domains: number, limited: boolean): ClaimCase => ({
  at: { mechanism, domains },
  terms: {
    few: visitOf({ mechanism, machine }, few),
    many: visitOf({ mechanism, machine }, domains),
    // Memory of that many domains costs without any isolation too.
    bare: visitOf({ mechanism: "none", machine }, domains)
  },
  refusalCounts: true,
  value: ({ bare = 0, few: least = 0, many = 0 }) => (many - bare) / least,
  holds: (ratio) => ratio >= CLIFF === limited
})

const source = "ATC'24 (Limitations and Opportunities), section 6: 16 keys, 16 tags"

export const subsystemClaims: ReadonlyArray<Claim> = [
  {
    id: "keys-limit-subsystems",
    text: "Protection keys limit how many subsystems can be isolated",
    source,
    threshold: `from 64 domains on an invocation is refused, or costs ${CLIFF} times that with ${few}, beside what memory costs anyway`,
    cases: counts.map((domains) => cliff("mpk", "tiger-lake", domains, true))
  },
  {
    id: "tags-limit-subsystems",
    text: "Memory tags limit how many subsystems can be isolated",
    source,
    threshold: `from 64 domains on an invocation is refused, or costs ${CLIFF} times that with ${few}, beside what memory costs anyway`,
    cases: counts.map((domains) => cliff("mte", "cortex-x3", domains, true))
  },
  {
    id: "capabilities-do-not-limit-subsystems",
    text: "Capabilities don't limit how many subsystems can be isolated",
    source,
    threshold: `up to 4,096 domains an invocation costs less than ${CLIFF} times that with ${few}, beside what memory costs anyway`,
    cases: counts.map((domains) => cliff("cheri", "morello", domains, false))
  }
]
