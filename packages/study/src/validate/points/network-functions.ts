/**
 * Chains of network functions over batches of packets: TTL, NAT, ACL and Maglev. What a packet takes of each is counted
 * for the C++ functions of PLOS'21 (Table 1: instructions); ATC'24 has the same chain in C. A million flows have
 * 16 bytes each, a key and a value, in NAT's and in Maglev's table; 65,537 backends have four.
 */
import { curvePoints, type Point, rowPoint, type Term } from "../point.ts"

const TTL = "120"
const NAT = "235+16M"
const ACL = "355"
const MAGLEV = "267+16M+256K"
const chain = [TTL, NAT, ACL, MAGLEV].join(",")
const inRust = ["171", "318+16M", "351", "302+16M+256K"].join(",")

const counted = "lang-016, lang-018, lang-020, lang-022: instructions per packet; 16 bytes a flow are assumed"

interface Chain {
  readonly machine: string
  readonly functions?: string
  readonly batch: number
  /** Tables that stay in the last-level cache have been read through; of larger ones a line is a miss anyway. */
  readonly warm?: "pages" | "lines"
  readonly mechanism?: NonNullable<Term["mechanism"]>
  readonly reading: "ticks" | "perTick"
  readonly weight?: number
}

const packets = ({ batch, functions = chain, machine, mechanism, reading, warm = "pages", weight }: Chain): Term => ({
  machine,
  options: {},
  ...(mechanism === undefined ? {} : { mechanism }),
  experiment: "network-functions",
  parameters: { batch, functions, warm },
  sources: [counted],
  reading,
  ...(weight === undefined ? {} : { weight })
})

const BATCHES = [1, 4, 8, 16, 32]

const otherCode =
  "the source's functions are in C and not counted; here a packet takes the instructions of PLOS'21's in C++, and no branch is mispredicted"

const smaller =
  "the source's packets gain by batches what code that runs again without a pause gains: the model's fetches and predicts it alike in every batch"

/** ATC'24's chain without isolation, at each size of a batch. */
const inC = (machine: string) => (batch: number) => ({
  unit: "M/s" as const,
  terms: [packets({ machine, batch, reading: "perTick" })],
  tolerancePercent: 25,
  gap: otherCode
})

/** One function of PLOS'21 by itself. */
const alone = (row: string, functions: string): Point =>
  rowPoint(
    row,
    {
      unit: "cycles",
      terms: [packets({ machine: "haswell-ep-10", functions, batch: 32, warm: "lines", reading: "ticks" })],
      tolerancePercent: 25,
      gap: "what the instructions wait for each other isn't published: here three go at once, and no branch is mispredicted"
    },
    0
  )

/** All four in a chain, without isolation, at each size of a batch. */
const together = (row: string, functions: string): ReadonlyArray<Point> =>
  BATCHES.map((batch, part) =>
    rowPoint(
      row,
      {
        unit: "M/s",
        terms: [packets({ machine: "haswell-ep-10", functions, batch, warm: "lines", reading: "perTick" })],
        tolerancePercent: 25,
        gap: smaller
      },
      part
    )
  )

const morello = { machine: "morello", batch: 1, reading: "ticks" } as const
const hybrid = { name: "cheri", config: { storesPerObject: 0 } }

/** What a hybrid compartment for each function takes of the throughput: 1 - ticks without / ticks with. */
const lost = (part: number, batch: number): Point =>
  rowPoint(
    "cheri-037",
    {
      unit: "%",
      terms: [
        packets({ ...morello, batch, mechanism: hybrid, weight: 100 }),
        packets({ ...morello, batch, weight: -100 })
      ],
      over: [packets({ ...morello, batch, mechanism: hybrid })],
      tolerancePercent: 25,
      toleranceAbsolute: 1,
      gap: "the source's four crossings take 794 cycles of a packet, 198 each, twice what they take one after another without work between (cheri-036)"
    },
    part
  )

export const networkFunctionPoints: ReadonlyArray<Point> = [
  ...curvePoints("S-nf-x86-c", BATCHES, inC("tiger-lake")),
  ...curvePoints("S-nf-arm-c", BATCHES, inC("cortex-x3")),
  ...BATCHES.map((batch, i) => rowPoint(`atc24-${158 + i}`, inC("morello")(batch))),
  alone("lang-015", TTL),
  alone("lang-017", NAT),
  alone("lang-019", ACL),
  alone("lang-021", MAGLEV),
  ...together("lang-023", chain),
  ...together("lang-026", inRust),
  lost(0, 1),
  lost(1, 32)
]
