/**
 * What a translation costs: a pointer chase of one load per page, and the same number of lines packed into as few
 * pages as hold them. Both footprints are the same to the caches, so that the difference is translation's. Natively
 * or in a virtual machine, with pages of any size on either side.
 */
import type { Machine, MechanismInstance } from "@isolde/core"
import { RandomStream } from "@isolde/core/kernel/random"
import { pageBytes } from "@isolde/core/memory/page-size"
import { LINE_BYTES, PAGE_BYTES } from "@isolde/core/memory/pages"
import { chase, shuffled } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { oneOf } from "./parameter-rule.ts"

export interface TlbMissParameters {
  readonly [name: string]: number | string
  readonly pages: number
  readonly order: "random" | "sequential"
  readonly pageBytes: number
  readonly hostPages: number
}

const SPARSE = "one load per page"
const PACKED = "the same lines, packed"
const WARM_LAPS = 3
const LAPS = 4
const LINES = PAGE_BYTES / LINE_BYTES

export const tlbMiss = experimentOf<TlbMissParameters>({
  name: "tlb-miss",
  meaning: "ticks that translation adds to a load, in a chain of loads of one line per 4 KB",
  parameters: {
    pages: "places of 4 KB that the chain goes through, one line of each",
    order: "random: any place follows any; sequential: the next one",
    pageBytes: "bytes of the pages that map them: 4096, 2097152 or 1073741824",
    hostPages: "bytes of the host's pages, or 0 on bare metal"
  },
  defaults: { pages: 96, order: "random", pageBytes: PAGE_BYTES, hostPages: 0 },
  accepts: {
    order: oneOf("random", "sequential"),
    pageBytes: oneOf(...pageBytes),
    hostPages: oneOf(0, ...pageBytes)
  },
  readings: [
    { name: "latency", unit: "tick", meaning: "ticks per load, one load per 4 KB" },
    { name: "cost", unit: "tick", meaning: "the same less the latency of as many lines without gaps" }
  ],
  scenario: (machine: Machine, parameters, mechanisms: ReadonlyArray<MechanismInstance>) => ({
    machine,
    mechanisms,
    workers: 1,
    hostPages: parameters.hostPages,
    workload: codeWorkload({
      name: "tlb-miss",
      config: parameters,
      areas: [
        { name: "sparse", bytes: parameters.pages * PAGE_BYTES, pageBytes: parameters.pageBytes },
        { name: "packed", bytes: parameters.pages * LINE_BYTES }
      ],
      requests: [SPARSE, PACKED],
      threads: () => [{ code: chases(parameters) }]
    })
  }),
  read: ({ requests }, { pages }) => {
    const perLoad = (name: string) => (ticksOf(requests, name)[0] as number) / (LAPS * pages)
    return { latency: perLoad(SPARSE), cost: perLoad(SPARSE) - perLoad(PACKED) }
  }
})

function chases({ order, pages }: TlbMissParameters): Code {
  const code = new Code([SPARSE, PACKED])
  const random = new RandomStream(1, `pages of ${pages}`)
  const places = order === "random" ? shuffled(pages, random) : Int32Array.from({ length: pages }, (_, i) => i)
  // Lines so that the sets of L1 and L2 are used alike, whether frames are adjacent or not.
  const sparse = places.map((page) => page * PAGE_BYTES + ((page + Math.floor(page / 16)) % LINES) * LINE_BYTES)
  const packed = places.map((page) => page * LINE_BYTES)
  for (const [area, offsets, name] of [
    [0, sparse, SPARSE],
    [1, packed, PACKED]
  ] as const) {
    const block = code.block([{ load: { area, at: chase(offsets) }, address: [0], to: [0] }])
    code.repeat(WARM_LAPS, () => code.run(block, pages))
    code.begin(name)
    code.repeat(LAPS, () => code.run(block, pages))
    code.end(name)
  }
  return code
}
