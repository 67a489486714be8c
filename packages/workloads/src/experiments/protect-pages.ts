/**
 * mprotect of many pages by one thread, all touched before: sparsely, one system call per page, or contiguously, one
 * call for all. A sparse run measures every number of pages on its way; a contiguous one makes a call for each.
 */
import { Verb } from "@isolde/core"
import { Entry } from "@isolde/core/memory/pages"
import { strided } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"

export interface ProtectPagesParameters {
  readonly [name: string]: number | boolean
  readonly step: number
  readonly steps: number
  readonly contiguous: boolean
}

const PAGE = 4096
const nameOf = (pages: number): string => `${pages} pages`

export const protectPages = experimentOf<ProtectPagesParameters>({
  name: "protect-pages",
  meaning: "ticks of mprotect over many pages, by one call for each page or one for all",
  parameters: {
    step: "pages from one measured number to the next",
    steps: "how many numbers of pages are measured",
    contiguous: "one call for all pages, not one for each"
  },
  defaults: { step: 1000, steps: 4, contiguous: false },
  readings: [{ name: "N pages", unit: "tick", meaning: "all calls for N pages" }],
  scenario: (machine, parameters, mechanisms) => {
    const pages = parameters.step * parameters.steps
    const requests = stepsOf(parameters).map(nameOf)
    return {
      machine,
      mechanisms,
      workers: 1,
      workload: codeWorkload({
        name: "protect-pages",
        config: parameters,
        areas: [{ name: "pages", bytes: pages * PAGE, of: "worker" }],
        requests,
        threads: () => [{ code: protectCode(parameters, pages, requests) }]
      })
    }
  },
  read: ({ requests }, parameters) =>
    Object.fromEntries(
      stepsOf(parameters).map((pages) => [nameOf(pages), ticksOf(requests, nameOf(pages))[0] ?? Number.NaN])
    )
})

const stepsOf = ({ step, steps }: ProtectPagesParameters): ReadonlyArray<number> =>
  Array.from({ length: steps }, (_, i) => step * (i + 1))

function protectCode({ contiguous, step }: ProtectPagesParameters, pages: number, names: ReadonlyArray<string>): Code {
  const code = new Code(names)
  const protect = (page: number, count: number, rights: number) =>
    code.operate({ verb: Verb.protect, memory: { area: 0, page }, bytes: count, rights })
  code.run(code.block([{ load: { area: 0, at: strided(PAGE, pages * PAGE) } }]), pages)
  if (contiguous) {
    for (const [i, name] of names.entries()) {
      code.begin(name)
      protect(0, step * (i + 1), i % 2 === 0 ? Entry.present : Entry.present | Entry.writable)
      code.end(name)
    }
    return code
  }
  for (const name of names) code.begin(name)
  for (let page = 0; page < pages; page++) {
    protect(page, 1, Entry.present)
    if ((page + 1) % step === 0) code.end(names[(page + 1) / step - 1] as string)
  }
  return code
}
