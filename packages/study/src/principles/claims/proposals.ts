/**
 * Which proposal repairs which limit. Law: a proposal is credited where the limit shows on the hardware that there is
 * and doesn't on the same experiment with the proposal; either alone is no credit.
 */
import type { Term } from "../../validate/point.ts"
import type { Claim, ClaimCase } from "../claim.ts"
import { type End, ends } from "../constants.ts"
import {
  handOverOf,
  invocationOf,
  type Measured,
  measuredBy,
  revocationOf,
  rightsChangeOn,
  visitOf
} from "../measured.ts"

type Numbers = Readonly<Record<string, number>>

/** 1 where `limited` holds of what is built and not of the proposal. */
const flips = (before: boolean, after: boolean): number => (before && !after ? 1 : 0)

const credited: Pick<ClaimCase, "holds"> = { holds: (value) => value === 1 }
const assumed = (argument: string): string => `assumed: ${argument}; packages/proposals, section 4 of the design`

const of = (base: string, machine: string, config: Readonly<Record<string, unknown>> = {}): Measured => ({
  mechanism: "proposals",
  config: { base, ...config },
  machine
})

const few = 2
const many = 64
const keys = (synchronise: string, end: End): ClaimCase => {
  const machine = "skylake-sp"
  const built: Measured = { mechanism: "mpk", config: { synchronise }, machine, end }
  const proposed: Measured = { ...of("keys", machine), end }
  return {
    at: { mechanism: `mpk:synchronise=${synchronise}`, proposal: "keys", machine, constants: end, threads: many },
    terms: {
      builtFew: rightsChangeOn({ ...built, threads: few }, "ticks"),
      builtMany: rightsChangeOn({ ...built, threads: many }, "ticks"),
      proposedFew: rightsChangeOn({ ...proposed, threads: few }, "ticks"),
      proposedMany: rightsChangeOn({ ...proposed, threads: many }, "ticks"),
      interrupts: rightsChangeOn({ ...proposed, threads: many }, "interrupts")
    },
    value: (n) =>
      flips(
        ratio(n, "builtMany", "builtFew") >= 4,
        ratio(n, "proposedMany", "proposedFew") >= 4 || (n.interrupts ?? 0) > 0
      ),
    ...credited
  }
}

const ratio = (numbers: Numbers, over: string, under: string): number => (numbers[over] ?? 0) / (numbers[under] ?? 0)

/** Loads of which each waits for the one before, all in the L1D. */
const loadChainOn = (measured: Measured): Term => measuredBy(measured, "load-latency", "latency")

/** BFI takes one cycle or two. */
const inserted = (tagInsert: number): ClaimCase => {
  const machine = "cortex-x3"
  return {
    at: { mechanism: "mte", proposal: "tags", machine, tagInsert },
    terms: {
      none: loadChainOn({ mechanism: "none", machine }),
      built: loadChainOn({ mechanism: "mte", config: { tagInsert }, machine }),
      proposed: loadChainOn(of("tags", machine, { variableGranule: false }))
    },
    value: (n) => flips(ratio(n, "built", "none") >= 1.1, ratio(n, "proposed", "none") >= 1.1),
    ...credited
  }
}

const cliff = (domains: number): ClaimCase => {
  const machine = "cortex-x3"
  const proposed = of("tags", machine, { tagRegister: false, variableGranule: false })
  return {
    at: { mechanism: "mte", proposal: "tags", domains },
    terms: {
      bare: visitOf({ mechanism: "none", machine }, domains),
      builtFew: visitOf({ mechanism: "mte", machine }, 8),
      builtMany: visitOf({ mechanism: "mte", machine }, domains),
      proposedFew: visitOf(proposed, 8),
      proposedMany: visitOf(proposed, domains)
    },
    refusalCounts: true,
    value: ({ bare = 0, builtFew = 0, builtMany = 0, proposedFew = 0, proposedMany = 0 }) =>
      flips(builtMany - bare >= 2 * builtFew, proposedMany - bare >= 2 * proposedFew),
    ...credited
  }
}

/** The others pass a gate every 4,000 instructions, longer than a move takes, and the object stays away ten times that. */
const apart = { threads: 4, laps: 64, pause: 4000, rest: 40_000 }
const windowApart = (measured: Measured, reading: string): Term =>
  measuredBy({ ...measured, cores: apart.threads }, "rights-change", reading, apart)

const unsafe = (proposal: string, config: Readonly<Record<string, number>> = {}): ClaimCase => {
  const machine = "tiger-lake"
  return {
    at: { mechanism: "mpk", proposal, machine, ...apart, ...config },
    terms: {
      built: windowApart({ mechanism: "mpk", machine }, "unsafe"),
      proposed: windowApart(of(proposal, machine, config), "unsafe"),
      unbounded: windowApart(of(proposal, machine, config), "unbounded")
    },
    value: ({ built = 0, proposed = 0, unbounded = 0 }) => flips(built > 0, proposed > 0 || unbounded > 0),
    ...credited
  }
}

const copies = (count: number, entryBytes: number): ClaimCase => {
  const machine = "morello"
  const heapPages = 16
  const cost = (mechanism: Measured, stored: number) => revocationOf(mechanism, { copies: stored, heapPages })
  const proposed = of("proxy", machine, { entryBytes })
  return {
    at: { mechanism: "cheri", proposal: "proxy", copies: count, entryBytes },
    terms: {
      builtNone: cost({ mechanism: "cheri", machine }, 0),
      built: cost({ mechanism: "cheri", machine }, count),
      proposedNone: cost(proposed, 0),
      proposed: cost(proposed, count)
    },
    value: (n) => flips(ratio(n, "built", "builtNone") >= 2, ratio(n, "proposed", "proposedNone") >= 1.1),
    ...credited
  }
}

/** The path between the vector registers and the L1D takes from one to eight cycles a line. */
const saved = (hardwareLine: number): ClaimCase => {
  const machine = "tiger-lake"
  return {
    at: { mechanism: "mpk:extendedRegisters=fxsave", proposal: "keys", hardwareLine },
    terms: {
      builtBare: invocationOf({ mechanism: "mpk", machine }),
      built: invocationOf({ mechanism: "mpk", config: { extendedRegisters: "fxsave" }, machine }),
      proposedBare: invocationOf(of("keys", machine)),
      proposed: invocationOf(of("keys", machine, { extendedRegisters: "hardware", hardwareLine }))
    },
    value: ({ built = 0, builtBare = 0, proposed = 0, proposedBare = 0 }) =>
      flips(built - builtBare >= 60, proposed - proposedBare >= 60),
    ...credited
  }
}

/** A page and 256 of them. */
const small = 4096
const large = 1 << 20

const passed = (tagStoreBytes: number): ClaimCase => {
  const machine = "cortex-x3"
  const built: Measured = { mechanism: "mte", machine }
  const proposed = of("tags", machine, { tagStoreBytes })
  return {
    at: { mechanism: "mte", proposal: "tags", bytes: large, tagStoreBytes },
    terms: {
      builtSmall: handOverOf(built, small),
      built: handOverOf(built, large),
      proposedSmall: handOverOf(proposed, small),
      proposed: handOverOf(proposed, large)
    },
    value: (n) => flips(ratio(n, "built", "builtSmall") >= 64, ratio(n, "proposed", "proposedSmall") >= 64),
    ...credited
  }
}

const atc = "ATC'24 (Limitations and Opportunities), section 6"

export const proposalClaims: ReadonlyArray<Claim> = [
  {
    id: "coherent-keys-repair-synchronisation",
    text: "Core-coherent keys repair what MPK pays for telling other cores of a move",
    source: atc,
    threshold: `a move takes at least 4 times as many cycles with ${many} threads as with ${few} under mpk; fewer, and no interrupts, with the proposal`,
    cases: ["interrupt", "rekey"].flatMap((synchronise) => ends.map((end) => keys(synchronise, end)))
  },
  {
    id: "tag-register-repairs-instrumentation",
    text: "A tag register repairs what MTE pays for an instruction in front of each access",
    source: atc,
    threshold:
      "a load that waits for the one before takes at least 1.1 times as long as without isolation under mte; less with the proposal",
    cases: [1, 2].map(inserted)
  },
  {
    id: "wide-tags-move-the-cliff",
    text: "Tags of 8 bits move the limit of 15 domains to 255",
    source: `${atc}: 16 tags`,
    threshold: "an invocation is refused, or costs 2 times that with 8 domains, under mte; not with the proposal",
    cases: [64, 128, 254].map(cliff)
  },
  {
    id: "wide-tags-remove-the-cliff",
    text: "Tags of 8 bits remove the limit of domains",
    source: `${atc}: 16 tags`,
    threshold: "the same with 512 and 4,096 domains",
    cases: [512, 4096].map(cliff)
  },
  {
    id: "rights-in-memory-repair-windows",
    text: "Keys, tables of entries and an ideal leave no window in which another core's old right survives",
    source: assumed("rights that no register holds by itself end with their store"),
    threshold: "under mpk another thread can use an old right when the move is over; with the proposal none can",
    cases: [
      ...["keys", "ideal"].map((base) => unsafe(base)),
      ...["proxy", "xpc"].flatMap((base) => [5, 200].map((barrier) => unsafe(base, { barrier })))
    ]
  },
  {
    id: "region-registers-repair-windows",
    text: "Region registers in the core (HFI) leave no such window",
    source: "HFI, ASPLOS'23: registers are filled at hfi_enter",
    threshold: "the same",
    cases: [1, 60].map((hfiSwitch) => unsafe("hfi", { hfiSwitch }))
  },
  {
    id: "proxy-repairs-revocation",
    text: "Proxy capabilities repair what CHERI pays for copies of a capability",
    source: atc,
    threshold:
      "taking an object away costs at least 2 times as much with stored copies as without under cheri; less than 1.1 times with the proposal",
    cases: [32, 64].flatMap((count) => [8, 32].map((entryBytes) => copies(count, entryBytes)))
  },
  {
    id: "hardware-save-repairs-gates",
    text: "Saving vector registers in the core repairs what FXSAVE costs a gate",
    source: "ATC'24 hw-isolation Fig. 8 (F1c-18): full crossing with FXSAVE",
    threshold: "the vector state adds at least 60 cycles to an invocation under mpk; fewer with the proposal",
    cases: [1, 2, 8].map(saved)
  },
  {
    id: "variable-granule-repairs-large-buffers",
    text: "A granule of a page repairs what retagging a large buffer costs",
    source: "ATC'24, Fig. 10 and atc24-081, atc24-082",
    threshold: "passing 1 MB costs at least 64 times passing 4 KB under mte; less with the proposal",
    cases: [16, 32, 64].map(passed)
  }
]
