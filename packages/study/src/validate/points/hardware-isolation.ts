/**
 * ATC'24, Limitations and Opportunities of Modern Hardware Isolation Mechanisms: copies, retagging, changes of rights
 * (Fig. 10), and null invocations along a chain (Fig. 8).
 */
import type { Aggregate } from "../all-points.ts"
import { bufferRounds } from "../buffer-rounds.ts"
import { curvePoints, type Point, placeId, type RunDefinition, rowPoint, type Term } from "../point.ts"

const sizes = Array.from({ length: 18 }, (_, i) => 16 << i)

/** No point between 512 B and 512 KB may be off by more than a factor of 2; outside, one of 4. */
const copyTolerance = (bytes: number): number => (bytes >= 512 && bytes <= 524_288 ? 100 : 300)

// One core copies, with the last-level cache of all.
const copied = (machine: string, routine: string) => (bytes: number) => ({
  unit: "cycles" as const,
  terms: [{ machine, experiment: "copy", parameters: { bytes, routine }, reading: "ticks" }],
  tolerancePercent: copyTolerance(bytes)
})

// The source's parameter set: its throughput, no barrier, one path for lines into the L1D and out of it.
const retagged = (bytes: number) => ({
  unit: "cycles" as const,
  terms: [
    {
      machine: "cortex-x3",
      options: { cores: 1, overrides: { l2: { writeBack: 64 } } },
      mechanism: { name: "mte", config: { retag: "atc24", publish: "none" } },
      experiment: "hand-over",
      parameters: { bytes, rounds: bufferRounds(bytes) },
      reading: "ticks"
    }
  ],
  tolerancePercent: bytes < 131_072 ? copyTolerance(bytes) : 25,
  ...(bytes < 2_097_152
    ? {}
    : { gap: "lines that come from the last-level cache take longer here, as in copies of this size" })
})

/** The loop of the source's artifact: three arguments, the target's load, counter and branch; compare, branch, result. */
const loop = { caller: 6, callee: 3 }

const chained = (machine: string, mechanism: NonNullable<RunDefinition["mechanism"]>, chain: number): Term => ({
  machine,
  options: { cores: 1 },
  mechanism,
  experiment: "invocation",
  parameters: { chain, ...loop },
  sources: ["ATC'24's artifact, domains/pong.c"],
  reading: "ticks"
})

/** A switch that costs nothing: the gate alone, with FXSAVE, and with a pair of 16-byte registers a move (Arm). */
const withoutSwitch = { name: "mpk", config: { hardware: "ideal", cet: false } }
const withFxsave = { name: "mpk", config: { ...withoutSwitch.config, extendedRegisters: "fxsave" } }
const withVectors = {
  name: "mpk",
  config: { ...withoutSwitch.config, extendedRegisters: "vectors", vectorRegisters: 16, vectorBytes: 32 }
}

const unpredicted =
  "one or two callees are predicted, longer chains are not; the model predicts all (as in atc24-009, without the vector registers)"

/** The instructions are those of the source's artifact, its front end ends a group at each taken branch. */
const unexplained =
  "53 instructions in four groups take 13 cycles at five a cycle; what sources say of stack pointers kept in memory 4 KB apart makes it 14 (MPK's DEVIATIONS.md)"

const along = (row: string, machine: string, mechanism: NonNullable<RunDefinition["mechanism"]>, gap?: string) =>
  [1, 2, 4, 8, 13].map((chain) =>
    rowPoint(
      row,
      {
        unit: "cycles",
        terms: [chained(machine, mechanism, chain)],
        tolerancePercent: 15,
        ...(gap === undefined ? {} : { gap })
      },
      // The cell is a list in brackets, one number for each length of the chain.
      chain - 1
    )
  )

/** A capability goes to another domain: what its old one stored is found by a look-up and cleared. */
const passed = (row: string, copies: number): Point =>
  rowPoint(row, {
    unit: "cycles",
    terms: [
      {
        machine: "morello",
        options: { cores: 1 },
        mechanism: { name: "cheri", config: { storesPerObject: 0 } },
        experiment: "revocation",
        parameters: { copies },
        reading: "ticks"
      }
    ],
    tolerancePercent: 25
  })

export const hardwareIsolationPoints: ReadonlyArray<Point> = [
  ...curvePoints("S-copy-x86", sizes, copied("tiger-lake", "string")),
  ...curvePoints("S-copy-arm", sizes, copied("cortex-x3", "pairs")),
  ...curvePoints("S-mte-retag-arm", sizes, retagged),
  ...along("atc24-011", "tiger-lake", { name: "mpk", config: { extendedRegisters: "fxsave" } }),
  ...along("atc24-012", "tiger-lake", withoutSwitch, unexplained),
  rowPoint("atc24-014", { unit: "cycles", terms: [chained("tiger-lake", withFxsave, 1)], tolerancePercent: 15 }, 0),
  rowPoint("atc24-015", {
    unit: "cycles",
    terms: [chained("tiger-lake", withFxsave, 1), { ...chained("tiger-lake", withoutSwitch, 1), weight: -1 }],
    tolerancePercent: 15
  }),
  rowPoint("atc24-017", { unit: "cycles", terms: [chained("cortex-x3", withVectors, 1)], tolerancePercent: 15 }, 0),
  // The chain's length is the place in the list + 1.
  ...Array.from({ length: 16 }, (_, place) =>
    rowPoint(
      "atc24-010",
      {
        unit: "cycles",
        terms: [chained("morello", { name: "cheri" }, place + 1)],
        tolerancePercent: 25,
        ...(place === 0
          ? { gap: "one callee is predicted, longer chains are not; the model predicts no change of PCC" }
          : {})
      },
      place
    )
  ),
  // The same trampoline without a switch: MTE's, whose switch is one instruction.
  ...[0, 1, 3, 7].map((place) =>
    rowPoint(
      "atc24-009",
      {
        unit: "cycles",
        terms: [chained("morello", { name: "mte" }, place + 1)],
        tolerancePercent: 25,
        ...(place < 2 ? {} : { gap: "one or two callees are predicted, longer chains are not; the model predicts all" })
      },
      place
    )
  ),
  // With the 16 pairs of vector registers, alone and in all, with one callee and typically.
  rowPoint("atc24-018", {
    unit: "cycles",
    terms: [
      chained("morello", { name: "mte", config: { vectorPairs: 16 } }, 8),
      { ...chained("morello", { name: "mte" }, 8), weight: -1 }
    ],
    tolerancePercent: 25
  }),
  ...[1, 8].map((chain, at) =>
    rowPoint(
      "atc24-019",
      {
        unit: "cycles",
        terms: [chained("morello", { name: "mte", config: { vectorPairs: 16 } }, chain)],
        tolerancePercent: 25,
        ...(chain === 1 ? {} : { gap: unpredicted })
      },
      2 * at
    )
  ),
  // A switch that costs next to nothing: the tag of a reserved register.
  rowPoint(
    "atc24-007",
    {
      unit: "cycles",
      terms: [chained("cortex-x3", { name: "mte" }, 1)],
      tolerancePercent: 25
    },
    0
  ),
  rowPoint("atc24-016", {
    unit: "cycles",
    terms: [
      chained("cortex-x3", { name: "mte", config: { vectorPairs: 16 } }, 1),
      { ...chained("cortex-x3", { name: "mte" }, 1), weight: -1 }
    ],
    tolerancePercent: 25,
    gap: "16 pairs of 32 bytes drain in 16 cycles, partly beside the gate; with them it takes 21 cycles, published 25 (atc24-017)"
  }),
  passed("atc24-024", 0),
  passed("atc24-023", 1),
  rowPoint("atc24-020", {
    unit: "cycles",
    // "Any size": the mean of three.
    terms: [256, 4096, 2_097_152].map((bytes) => ({
      machine: "tiger-lake",
      options: { cores: 1 },
      mechanism: { name: "mpk" },
      experiment: "hand-over",
      parameters: { bytes },
      reading: "ticks",
      weight: 1 / 3
    })),
    tolerancePercent: 25
  })
]

const geometricMean = (curve: string): Aggregate => ({
  id: `${curve}/geometric-mean`,
  of: sizes.map((x) => placeId({ curve, x })),
  tolerancePercent: 25
})

export const hardwareIsolationAggregates: ReadonlyArray<Aggregate> = [
  // Chains of 4 to 16: what changes with the length of shorter ones is prediction.
  {
    id: "atc24-010/geometric-mean",
    of: Array.from({ length: 13 }, (_, i) => placeId({ row: "atc24-010", part: i + 3 })),
    tolerancePercent: 15
  },
  geometricMean("S-copy-x86"),
  geometricMean("S-copy-arm")
]
