/**
 * What a flush makes other translations of the same thread lose: it reads some pages, flushes one other page or
 * everything, and reads them again. Natively a flush of one page spares the others; where guest and host have pages of
 * different sizes, hardware may have broken the larger ones up, and can't know what to spare.
 */
import { Verb } from "@isolde/core"
import { pageBytes } from "@isolde/core/memory/page-size"
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import { strided } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { oneOf } from "./parameter-rule.ts"

export interface FlushMissesParameters {
  readonly [name: string]: number | string
  readonly flush: "page" | "all"
  readonly pages: number
  readonly pageBytes: number
  readonly hostPages: number
  readonly rounds: number
}

const AFTER = "after a flush"
const BEFORE = "before"
/** The pages read, and the one that is flushed. */
const [READ, FLUSHED] = [0, 1]
/** More pages than the kernel flushes one by one. */
const ALL = 512

export const flushMisses = experimentOf<FlushMissesParameters>({
  name: "flush-misses",
  meaning: "ticks that reads of pages take more behind a flush of another page, or of all: translations lost",
  parameters: {
    flush: "page: of one other page; all: of more than the kernel flushes one by one",
    pages: "pages of 4 KB that are read before and after, one line of each",
    pageBytes: "bytes of the pages that map them: 4096 or 2097152",
    hostPages: "bytes of the host's pages, or 0 on bare metal",
    rounds: "rounds measured, after one that warms"
  },
  defaults: { flush: "page", pages: 32, pageBytes: PAGE_BYTES, hostPages: 0, rounds: 4 },
  accepts: {
    flush: oneOf("page", "all"),
    pageBytes: oneOf(4096, 2_097_152),
    hostPages: oneOf(0, ...pageBytes)
  },
  readings: [
    { name: "lost", unit: "tick per operation", meaning: "what a read takes more behind the flush" },
    { name: "after", unit: "tick per operation", meaning: "a read behind the flush" }
  ],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    hostPages: parameters.hostPages,
    workload: codeWorkload({
      name: "flush-misses",
      config: parameters,
      areas: [
        { name: "pages", bytes: parameters.pages * PAGE_BYTES, pageBytes: parameters.pageBytes },
        { name: "flushed", bytes: ALL * PAGE_BYTES }
      ],
      requests: [AFTER, BEFORE],
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests }, { pages }) => {
    const [after, before] = [AFTER, BEFORE].map((name) => mean(ticksOf(requests, name).slice(1)) / pages)
    return { after: after as number, lost: (after as number) - (before as number) }
  }
})

/** Reads wait for each other, so that each takes its own time. */
function codeOf({ flush, pages, rounds }: FlushMissesParameters): Code {
  const code = new Code([AFTER, BEFORE])
  const at = strided(PAGE_BYTES + 64, pages * PAGE_BYTES)
  const read = code.block([{ load: { area: READ, at: (n) => at(n % pages) }, address: [0], to: [0] }])
  const memory = { area: FLUSHED, page: 0 }
  for (let round = 0; round <= rounds; round++) {
    code.run(read, pages)
    code.begin(BEFORE).run(read, pages).end(BEFORE)
    code.operate({ verb: Verb.flush, memory, bytes: flush === "page" ? 1 : ALL })
    code.begin(AFTER).run(read, pages).end(AFTER)
  }
  return code
}
