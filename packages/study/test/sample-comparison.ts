/** A comparison as the main job makes it: four mechanisms on three machines, one and four cores, two refusals. */
import { causeNames } from "@isolde/core/processor/cause"
import type { Comparison, ComparisonRun } from "@isolde/study/comparison"

interface Sketch {
  readonly mechanism: string
  readonly exchange: string
  readonly machine: string
  readonly overhead: number
  readonly p50: number
  readonly p99: number
  readonly bytes: number
  readonly added: number
  readonly exposure: number
  /** Where the overhead went, as parts of it. */
  readonly parts: Readonly<Record<string, number>>
}

const none = { exchange: "none", overhead: 0, p50: 0, p99: 0, bytes: 0, added: 0, exposure: 4.1e13, parts: {} }

const sketches: ReadonlyArray<Sketch> = [
  { mechanism: "none", machine: "tiger-lake", ...none },
  {
    mechanism: "mpk",
    exchange: "share",
    machine: "tiger-lake",
    overhead: 4.31,
    p50: 142,
    p99: 611,
    bytes: 0,
    added: 712_334,
    exposure: 8.4e10,
    parts: { gate: 3, serialise: 5, frontEnd: 1 }
  },
  {
    mechanism: "mpk",
    exchange: "borrow",
    machine: "tiger-lake",
    overhead: 31.8,
    p50: 1_904,
    p99: 9_210,
    bytes: 18_300_000,
    added: 5_912_000,
    exposure: 2.1e9,
    parts: { kernel: 6, serialise: 2, pageWalk: 2, lockWait: 1, interrupt: 1 }
  },
  {
    mechanism: "mpk",
    exchange: "copy",
    machine: "tiger-lake",
    overhead: 11.2,
    p50: 388,
    p99: 2_750,
    bytes: 18_300_000,
    added: 2_204_811,
    exposure: 7.7e8,
    parts: { copy: 4, gate: 2, l2: 2, dram: 1 }
  },
  {
    mechanism: "ept",
    exchange: "share",
    machine: "tiger-lake",
    overhead: 9.77,
    p50: 331,
    p99: 1_480,
    bytes: 0,
    added: 418_200,
    exposure: 8.4e10,
    parts: { gate: 2, serialise: 4, pageWalk: 5 }
  },
  {
    mechanism: "ept",
    exchange: "copy",
    machine: "tiger-lake",
    overhead: 16.9,
    p50: 590,
    p99: 3_912,
    bytes: 18_300_000,
    added: 1_902_114,
    exposure: 7.7e8,
    parts: { copy: 4, gate: 2, pageWalk: 5, dram: 1 }
  },
  { mechanism: "none", machine: "cortex-x3", ...none },
  {
    mechanism: "mte",
    exchange: "borrow",
    machine: "cortex-x3",
    overhead: 147.3,
    p50: 812,
    p99: 22_410,
    bytes: 18_300_000,
    added: 41_204_811,
    exposure: 3.3e9,
    parts: { instrumentation: 5, retag: 6, tag: 3, storeBuffer: 2 }
  },
  {
    mechanism: "mte",
    exchange: "copy",
    machine: "cortex-x3",
    overhead: 58.4,
    p50: 404,
    p99: 3_050,
    bytes: 18_300_000,
    added: 33_120_440,
    exposure: 9.1e8,
    parts: { instrumentation: 6, copy: 2, tag: 2 }
  },
  { mechanism: "none", machine: "morello", ...none },
  {
    mechanism: "cheri",
    exchange: "share",
    machine: "morello",
    overhead: 1.92,
    p50: 61,
    p99: 212,
    bytes: 0,
    added: 310_441,
    exposure: 6.2e9,
    parts: { gate: 3, mispredict: 1 }
  },
  {
    mechanism: "cheri",
    exchange: "borrow",
    machine: "morello",
    overhead: 6.4,
    p50: 133,
    p99: 790,
    bytes: 18_300_000,
    added: 1_044_918,
    exposure: 0,
    parts: { gate: 2, sweep: 2, l1: 1 }
  },
  {
    mechanism: "cheri",
    exchange: "copy",
    machine: "morello",
    overhead: 8.05,
    p50: 180,
    p99: 2_114,
    bytes: 18_300_000,
    added: 1_688_020,
    exposure: 0,
    parts: { copy: 3, gate: 1, l2: 1 }
  }
]

const baseParts: Readonly<Record<string, number>> = {
  application: 0.412,
  frontEnd: 0.131,
  mispredict: 0.088,
  execute: 0.143,
  l1: 0.052,
  l2: 0.061,
  llc: 0.048,
  dram: 0.041,
  pageWalk: 0.011,
  storeBuffer: 0.008,
  serialise: 0.002,
  fault: 0.001,
  idle: 0.002
}

const SLOTS = 5

function runOf(sketch: Sketch, cores: number): ComparisonRun {
  const base = { "tiger-lake": 4_812_330, "cortex-x3": 4_390_118, morello: 6_204_871 }[sketch.machine] ?? 1
  const slow = cores === 1 ? 1 : 1.06
  const overhead = sketch.overhead * (cores === 1 ? 1 : 1.24)
  const baseCycles = Math.round(base * slow)
  const cycles = Math.round(baseCycles * (1 + overhead / 100))
  const slots: Record<string, number> = Object.fromEntries(causeNames.map((cause) => [cause, 0]))
  const all = cycles * SLOTS * cores
  const spread = (parts: Readonly<Record<string, number>>, total: number): void => {
    const sum = Object.values(parts).reduce((x, y) => x + y, 0)
    for (const [cause, part] of Object.entries(parts))
      slots[cause] = (slots[cause] ?? 0) + Math.floor((total * part) / sum)
  }
  spread(baseParts, baseCycles * SLOTS * cores)
  spread(sketch.parts, all - baseCycles * SLOTS * cores)
  slots["idle"] = (slots["idle"] ?? 0) + all - Object.values(slots).reduce((x, y) => x + y, 0)
  const { mechanism, exchange, machine } = sketch
  return {
    mechanism,
    exchange,
    cores,
    machine,
    hypothetical: mechanism === "mte" || mechanism === "cheri",
    cycles,
    instructions: 7_956_932 * cores,
    addedInstructions: sketch.added * cores,
    overheadPercent: (cycles / baseCycles - 1) * 100,
    crossings: 45_318 * cores,
    activations: 20_114 * cores,
    cyclesPerInvocation: { p50: sketch.p50, p99: Math.round(sketch.p99 * (cores === 1 ? 1 : 1.3)) },
    bytesExchanged: sketch.bytes * cores,
    interrupts: mechanism === "mpk" && exchange === "borrow" && cores > 1 ? 60_342 : 0,
    exposureByteCycles: sketch.exposure * cores,
    dependences: "decoded",
    slots,
    slotsPerCycle: SLOTS * cores,
    simulatedAccesses: 3_402_118 * cores,
    wallSeconds: 1.4 * cores,
    traceDir: `out/nginx-tls/${mechanism}-${exchange}-${machine}-${cores}`
  }
}

export const sampleComparison: Comparison = {
  runs: [1, 4].flatMap((cores) => sketches.map((sketch) => runOf(sketch, cores))),
  refused: [
    {
      mechanism: "ept",
      exchange: "borrow",
      reason:
        "A page belongs to the lists that name it; to take it from the caller for the time of a call is an edit of the list by the hypervisor, which this configuration has not (edits: none)."
    },
    {
      mechanism: "mte",
      exchange: "share",
      reason: "A granule has one tag, so two domains with different tags can't both reach it."
    }
  ]
}

export const sampleContext = {
  summary:
    "nginx serving TLS with libcrypto.so.3 in a domain of its own, replayed from a recording on one core and on four.",
  facts: [
    { name: "recording", text: "nginx-tls.arrow: nginx 1.22, TLS 1.3, three connections; 7,956,932 instructions" },
    { name: "isolated", text: "crypto = libcrypto.so.3" },
    { name: "shared by all", text: "libc.so.6" },
    { name: "machines", text: "tiger-lake (i7-1165G7), cortex-x3, morello (Neoverse N1)" },
    { name: "seed", text: "1" },
    {
      name: "command",
      text: "isolde compare --recording nginx-tls.arrow --isolate crypto=libcrypto.so.3 --shared libc.so.6"
    }
  ]
}
