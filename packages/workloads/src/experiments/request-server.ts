/**
 * A server in a closed loop: each thread works on one request after another, and does for each what the request needs:
 * work of its own, a file mapped, read and unmapped, pages made writable and read only again, system calls, invocations of
 * a library in another domain with a buffer passed in. How many threads there are, and how much of each a request needs, is what figures of throughput
 * differ in; what threads wait for together (the mappings' semaphore, shootdowns) emerges.
 */
import { type Exchange, RegionKind, Verb } from "@isolde/core"
import { Entry } from "@isolde/core/memory/pages"
import { strided } from "../programs/access-pattern.ts"
import { barrier, barrierWords } from "../programs/barrier.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { copyBetween } from "../programs/copy-between.ts"
import { packedThread, spreadThread } from "../programs/spread-threads.ts"
import { ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { oneOf, orNone } from "./parameter-rule.ts"

export interface RequestServerParameters {
  readonly [name: string]: number | string | boolean
  readonly threads: number
  readonly requests: number
  readonly work: number
  readonly systemCalls: number
  readonly mappedPages: number
  readonly protectedPages: number
  readonly invocations: number
  readonly libraryWork: number
  readonly bytes: number
  readonly exchange: Exchange
  readonly spread: boolean
}

const REQUEST = "requests"
const PAGE = 4096
const LIBRARY = 1
/** Memory of the program and of the library, what is passed, and files: mapped where each thread maps them. */
const [PROGRAM, OWN, PASSED, MAPPED, FILE, PROTECTED] = [0, 1, 2, 3, 4, 5]

export const requestServer = experimentOf<RequestServerParameters>({
  name: "request-server",
  meaning: "ticks per request, and requests per tick, of threads that serve requests one after another",
  parameters: {
    threads: "threads of the server, each on a core of its own",
    requests: "requests of each thread measured, after one that warms",
    work: "ticks of the program's own work for a request",
    systemCalls: "system calls of a request that do nothing in the kernel",
    mappedPages: "pages of a file in memory that each request maps, reads and unmaps; 0: none",
    protectedPages:
      "pages of the thread's own that each request makes writable and read only again by mprotect; 0: none",
    invocations: "invocations of a library in another domain",
    libraryWork: "ticks of the library's work in an invocation",
    bytes: "bytes that go into the library with each invocation; 0: none",
    exchange:
      "how they do: share, both have them always; borrow, handed over and back; copy, into the library's memory",
    spread:
      "threads take the sockets by turns; else they fill the cores of one first; second threads of cores come last"
  },
  defaults: {
    threads: 1,
    requests: 4,
    work: 10_000,
    systemCalls: 0,
    mappedPages: 0,
    protectedPages: 0,
    invocations: 0,
    libraryWork: 0,
    bytes: 0,
    exchange: "share",
    spread: false
  },
  accepts: {
    work: orNone,
    systemCalls: orNone,
    mappedPages: orNone,
    protectedPages: orNone,
    invocations: orNone,
    libraryWork: orNone,
    bytes: orNone,
    exchange: oneOf("share", "borrow", "copy")
  },
  readings: [
    { name: "ticks", unit: "tick per operation", meaning: "one request of one thread" },
    { name: "perTick", unit: "count", meaning: "requests of all threads in a tick" },
    { name: "interrupts", unit: "count", meaning: "interrupts delivered per request" }
  ],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: parameters.threads,
    workload: codeWorkload({
      name: "request-server",
      config: parameters,
      domains: ["program", "library"],
      areas: [
        { name: "memory", bytes: Math.max(PAGE, parameters.bytes) },
        { name: "memory of the library", bytes: Math.max(PAGE, parameters.bytes), owner: LIBRARY },
        {
          name: "buffer",
          bytes: Math.max(PAGE, parameters.bytes),
          kind: RegionKind.exchange,
          exactly: true,
          of: "worker"
        },
        { name: "mapped", bytes: Math.max(1, parameters.mappedPages) * PAGE, of: "worker" },
        { name: "file", bytes: Math.max(1, parameters.mappedPages) * PAGE },
        { name: "protected", bytes: Math.max(1, parameters.protectedPages) * PAGE, of: "worker" }
      ],
      requests: [REQUEST],
      exchange: parameters.exchange,
      words: barrierWords(parameters.threads),
      threads: (numbers, workers) =>
        Array.from({ length: workers }, (_, worker) => ({
          code: codeOf(parameters, numbers.core.width, worker),
          thread: (parameters.spread ? spreadThread : packedThread)(numbers, worker)
        }))
    })
  }),
  read: ({ requests: rows, summary }, { requests, threads }) => {
    const first = rows.begin.reduce((least, tick) => Math.min(least, tick), Number.POSITIVE_INFINITY)
    const last = rows.end.reduce((most, tick) => Math.max(most, tick), 0)
    const each = ticksOf(rows, REQUEST).reduce((sum, ticks) => sum + ticks, 0) / (threads * requests)
    return {
      ticks: each,
      perTick: (threads * requests) / (last - first),
      interrupts: summary.interrupts / (threads * (requests + 1))
    }
  }
})

function codeOf(parameters: RequestServerParameters, width: number, worker: number): Code {
  const { requests, threads } = parameters
  const code = new Code([REQUEST])
  const file = code.block([{ load: { area: FILE, at: strided(PAGE, Math.max(1, parameters.mappedPages) * PAGE) } }])
  if (parameters.mappedPages > 0) code.run(file, parameters.mappedPages)
  const request = requestOf(code, parameters, width, worker)
  request()
  barrier(code, worker, threads)
  code.begin(REQUEST).repeat(requests, request)
  return code.end(REQUEST)
}

/** What appends one request. */
function requestOf(code: Code, parameters: RequestServerParameters, width: number, worker: number): () => void {
  const { invocations, libraryWork, mappedPages, protectedPages, systemCalls, work } = parameters
  // The parts of a request take turns with its work.
  const parts = 1 + invocations + systemCalls + (mappedPages > 0 ? 1 : 0) + (protectedPages > 0 ? 1 : 0)
  const piece = Math.round(work / parts)
  const compute = (ticks: number): void => {
    if (ticks > 0) code.operate({ verb: Verb.compute, bytes: ticks * width })
  }
  return () => {
    compute(work - piece * (parts - 1))
    if (mappedPages > 0) mapped(code, mappedPages, () => compute(piece))
    if (protectedPages > 0) writable(code, protectedPages, () => compute(piece))
    for (let call = 0; call < systemCalls; call++) {
      code.operate({ verb: Verb.yield })
      compute(piece)
    }
    for (let call = 0; call < invocations; call++) {
      invoked(code, parameters, worker, () => compute(libraryWork))
      compute(piece)
    }
  }
}

/** A file's pages come into the address space, are read, and go. */
function mapped(code: Code, pages: number, meanwhile: () => void): void {
  const memory = { area: MAPPED, page: 0 }
  code.operate({ verb: Verb.mapCopy, memory, toMemory: { area: FILE, page: 0 }, bytes: pages, rights: Entry.present })
  code.operate({ verb: Verb.touch, memory, bytes: pages })
  meanwhile()
  code.operate({ verb: Verb.unmap, memory, bytes: pages })
}

/** Pages are written between two calls of mprotect. */
function writable(code: Code, pages: number, meanwhile: () => void): void {
  const memory = { area: PROTECTED, page: 0 }
  code.operate({ verb: Verb.protect, memory, bytes: pages, rights: Entry.present | Entry.writable })
  code.operate({ verb: Verb.touch, memory, bytes: pages, rights: 1 })
  meanwhile()
  code.operate({ verb: Verb.protect, memory, bytes: pages, rights: Entry.present })
}

/** The library is entered, works and returns; what is passed goes in first. */
function invoked(code: Code, { bytes, exchange }: RequestServerParameters, worker: number, work: () => void): void {
  const region = PASSED + worker
  if (bytes > 0 && exchange === "copy") {
    copyBetween(code, { domain: 0, area: PROGRAM }, { domain: LIBRARY, area: OWN }, bytes)
  }
  const moves = bytes > 0 && exchange === "borrow"
  if (moves) code.operate({ verb: Verb.move, region, from: 0, to: LIBRARY, bytes })
  code.operate({ verb: Verb.enter, from: 0, to: LIBRARY, activation: worker })
  work()
  code.operate({ verb: Verb.leave, from: LIBRARY, to: 0, activation: worker })
  if (moves) code.operate({ verb: Verb.move, region, from: LIBRARY, to: 0, bytes })
}
