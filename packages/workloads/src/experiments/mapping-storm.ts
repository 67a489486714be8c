/**
 * Threads of a process that change mappings all the time, each those of its own pages: madvise and a touch, mmap, a touch
 * and munmap, or mprotect to and fro. Nobody shares a page with anybody, but all share the address space: its
 * semaphore, and the shootdowns, which go to whoever runs in it.
 */
import { Verb } from "@isolde/core"
import { Entry } from "@isolde/core/memory/pages"
import { barrier, barrierWords } from "../programs/barrier.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { packedThread, spreadThread } from "../programs/spread-threads.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { oneOf, orNone } from "./parameter-rule.ts"

export interface MappingStormParameters {
  readonly [name: string]: number | string | boolean
  readonly call: "discard" | "unmap" | "protect"
  readonly threads: number
  readonly pages: number
  readonly loops: number
  readonly pause: number
  readonly spread: boolean
}

const REQUEST = "loops"
const PAGE = 4096
const readWrite = Entry.present | Entry.writable

export const mappingStorm = experimentOf<MappingStormParameters>({
  name: "mapping-storm",
  meaning: "ticks per loop, and loops per tick, of threads that change mappings of their own all the time",
  parameters: {
    call: "discard: a store to each page and madvise(DONTNEED); unmap: mmap, a store to each page, munmap; protect: mprotect to read only and back, and a store to each page",
    threads: "threads of the process, each on a hardware thread",
    pages: "pages of each thread",
    loops: "loops of each thread measured, after one that warms",
    pause: "ticks of other work in a loop",
    spread:
      "threads take the sockets by turns; else they fill the cores of one first; second threads of cores come last"
  },
  defaults: { call: "discard", threads: 2, pages: 1, loops: 4, pause: 0, spread: false },
  accepts: { call: oneOf("discard", "unmap", "protect"), pause: orNone },
  readings: [
    { name: "ticks", unit: "tick per operation", meaning: "one loop of one thread" },
    { name: "perTick", unit: "count", meaning: "loops of all threads in a tick" }
  ],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: parameters.threads,
    workload: codeWorkload({
      name: "mapping-storm",
      config: parameters,
      areas: [{ name: "pages", bytes: parameters.pages * PAGE, of: "worker" }],
      requests: [REQUEST],
      words: barrierWords(parameters.threads),
      threads: (numbers, workers) =>
        Array.from({ length: workers }, (_, worker) => ({
          code: codeOf(parameters, numbers.core.width, worker),
          thread: (parameters.spread ? spreadThread : packedThread)(numbers, worker)
        }))
    })
  }),
  read: ({ requests }, { loops, threads }) => {
    const ticks = mean(ticksOf(requests, REQUEST)) / loops
    return { ticks, perTick: threads / ticks }
  }
})

function codeOf({ call, loops, pages, pause, threads }: MappingStormParameters, width: number, worker: number): Code {
  const code = new Code([REQUEST])
  const memory = { area: 0, page: 0 }
  const store = (): void => void code.operate({ verb: Verb.touch, memory, bytes: pages, rights: 1 })
  const loop = (): void => {
    if (call === "unmap") code.operate({ verb: Verb.map, memory, bytes: pages, rights: readWrite })
    if (call === "protect") {
      for (const rights of [Entry.present, readWrite])
        code.operate({ verb: Verb.protect, memory, bytes: pages, rights })
    }
    store()
    if (call === "discard") code.operate({ verb: Verb.discard, memory, bytes: pages })
    if (call === "unmap") code.operate({ verb: Verb.unmap, memory, bytes: pages })
    if (pause > 0) code.operate({ verb: Verb.compute, bytes: pause * width })
  }
  loop()
  barrier(code, worker, threads)
  code.begin(REQUEST).repeat(loops, loop)
  return code.end(REQUEST)
}
