/**
 * A program in code as a workload: memory in areas, one piece of code per worker.
 * Law: the workload is what its name and configuration say; equal ones are equal programs.
 */
import { type Demand, type Exchange, RegionKind, type Workload } from "@isolde/core"
import type { RegionDefinition } from "@isolde/core/isolation/regions"
import type { MachineNumbers } from "@isolde/core/machines/machine"
import { pageSizeOf } from "@isolde/core/memory/page-size"
import { Entry, PAGE_BYTES, type Pages } from "@isolde/core/memory/pages"
import { bindCode, codePages } from "./bind-code.ts"
import type { Code } from "./code.ts"

/** Memory of a program: whole pages, adjacent in the address space. */
export interface AreaDefinition {
  readonly name: string
  readonly bytes: number
  /** Whose it is: one for all workers (default), or one for each. */
  readonly of?: "all" | "worker"
  /** Bytes of the pages that map it: 4 KB (default), 2 MB or 1 GB; anything else throws InvalidInput. */
  readonly pageBytes?: number
  /** Domain that owns it; default 0. */
  readonly owner?: number
  /** What the policy takes it for; default memory of its owner. */
  readonly kind?: RegionKind
  /** Its region ends with its last byte, not with the page. */
  readonly exactly?: boolean
}

/** What one worker executes. */
export interface ThreadCode {
  readonly code: Code
  /** Hardware thread; see ThreadPlan. */
  readonly thread?: number
  /** Domain in which it starts; default 0. */
  readonly domain?: number
  /** Tick at which it starts; default 0. */
  readonly start?: number
}

/** A program in code. */
export interface CodeProgram {
  readonly name: string
  /** What encodes it: plain data. */
  readonly config: unknown
  /** Default: one, "program". */
  readonly domains?: ReadonlyArray<string>
  readonly areas: ReadonlyArray<AreaDefinition>
  /** Names of its measured regions. */
  readonly requests: ReadonlyArray<string>
  /** How objects cross between domains; default `share`. */
  readonly exchange?: Exchange
  /** Memory words by which its threads wait for each other; default none. */
  readonly words?: number
  /** What each worker does, on a machine with these numbers. */
  readonly threads: (numbers: MachineNumbers, workers: number) => ReadonlyArray<ThreadCode>
}

const readOnly = Entry.present

/** The workload that runs `program`. */
export function codeWorkload(program: CodeProgram): Workload {
  const domains = program.domains ?? ["program"]
  const { areas, exchange = "share" } = program
  const objects = exchange === "borrow" ? areas.filter(({ kind }) => kind === RegionKind.exchange).length : 0
  const demand: Demand = { domains: domains.length, exchange, objects }
  return {
    name: program.name,
    package: "@isolde/workloads",
    version: "0.1.0",
    config: program.config,
    exchange,
    dependences: "decoded",
    demand,
    place: (pages, workers) => {
      const placed = placeAreas(pages, areas, workers)
      return {
        domains,
        regions: placed.flatMap(({ regions }) => regions),
        requests: program.requests,
        words: program.words ?? 0,
        threads: (numbers, added) =>
          program.threads(numbers, workers).map(({ code, domain = 0, start = 0, thread }, worker) => {
            const codePage = pages.reserve(codePages(code), readOnly)
            const firstPages = placed.map(({ firstOf }) => firstOf(worker))
            const bound = bindCode(code, pages, codePage, firstPages, added)
            return { ...bound, domain, start, ...(thread === undefined ? {} : { thread }) }
          })
      }
    }
  }
}

interface PlacedArea {
  /** First page of the area as a worker sees it. */
  readonly firstOf: (worker: number) => number
  readonly regions: ReadonlyArray<RegionDefinition>
}

function placeAreas(pages: Pages, areas: ReadonlyArray<AreaDefinition>, workers: number): Array<PlacedArea> {
  return areas.map(({ bytes, exactly = false, kind = RegionKind.private, name, of = "all", owner = 0, pageBytes }) => {
    const size = pageSizeOf(pageBytes ?? PAGE_BYTES, `areas.${name}.pageBytes`)
    const reserved = () => pages.reserve(count, Entry.present | Entry.writable, 0, size)
    const count = Math.ceil(bytes / PAGE_BYTES)
    const region = (first: number, worker: number): RegionDefinition => ({
      name: worker < 0 ? name : `${name} of worker ${worker}`,
      kind,
      owner,
      worker,
      extents: Array.from({ length: count }, (_, i) => {
        const rest = exactly ? Math.min(PAGE_BYTES, bytes - i * PAGE_BYTES) : PAGE_BYTES
        return [first + i, 0, rest] as const
      })
    })
    if (of === "all") {
      const first = reserved()
      return { firstOf: () => first, regions: [region(first, -1)] }
    }
    const firsts = Array.from({ length: workers }, reserved)
    return { firstOf: (worker) => firsts[worker] as number, regions: firsts.map(region) }
  })
}
