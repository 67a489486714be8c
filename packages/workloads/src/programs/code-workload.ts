/**
 * A program in code as a workload: memory in areas, one piece of code per worker.
 * Law: the workload is what its name and configuration say; equal ones are equal programs.
 */
import { type Demand, type Exchange, type OperationName, RegionKind, type Workload } from "@isolde/core"
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
  /** It is divided into objects, each a region: so many bytes every so many bytes. Default: one region. */
  readonly objects?: { readonly bytes: number; readonly every: number }
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
  /** What it uses beyond enter, leave, load, store and copy; default none. */
  readonly operations?: ReadonlyArray<OperationName>
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
  const objects = exchange === "borrow" ? objectsOf(areas) : 0
  const demand: Demand = { domains: domains.length, exchange, objects, operations: program.operations ?? [] }
  return {
    name: program.name,
    package: "@isolde/workloads",
    version: "0.1.0",
    config: program.config,
    exchange,
    dependences: "decoded",
    // One domain alone has nobody to be judged against.
    judged: domains.length > 1,
    demand,
    place: (pages, workers) => {
      const placed = placeAreas(pages, areas, workers)
      return {
        domains,
        regions: placed.flatMap(({ regions }) => regions),
        requests: program.requests,
        words: program.words ?? 0,
        // Pinned, all of them may take turns on one hardware thread.
        turns: workers - 1,
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

/** Exchange regions of `areas`. */
const objectsOf = (areas: ReadonlyArray<AreaDefinition>): number =>
  areas
    .filter(({ kind }) => kind === RegionKind.exchange)
    .reduce((sum, { bytes, objects }) => sum + (objects === undefined ? 1 : Math.floor(bytes / objects.every)), 0)

interface PlacedArea {
  /** First page of the area as a worker sees it. */
  readonly firstOf: (worker: number) => number
  readonly regions: ReadonlyArray<RegionDefinition>
}

function placeAreas(pages: Pages, areas: ReadonlyArray<AreaDefinition>, workers: number): Array<PlacedArea> {
  return areas.map((area) => {
    const { bytes, name, of = "all", pageBytes } = area
    const size = pageSizeOf(pageBytes ?? PAGE_BYTES, `areas.${name}.pageBytes`)
    const count = Math.ceil(bytes / PAGE_BYTES)
    const reserved = () => pages.reserve(count, Entry.present | Entry.writable, 0, size)
    if (of === "all") {
      const first = reserved()
      return { firstOf: () => first, regions: regionsOf(area, first, -1) }
    }
    const firsts = Array.from({ length: workers }, reserved)
    return {
      firstOf: (worker) => firsts[worker] as number,
      regions: firsts.flatMap((first, worker) => regionsOf(area, first, worker))
    }
  })
}

function regionsOf(area: AreaDefinition, firstPage: number, worker: number): Array<RegionDefinition> {
  const { bytes, exactly = false, kind = RegionKind.private, objects, owner = 0 } = area
  const name = worker < 0 ? area.name : `${area.name} of worker ${worker}`
  if (objects === undefined) {
    const end = exactly ? bytes : Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES
    return [{ name, kind, owner, worker, extents: extentsOf(firstPage, 0, end) }]
  }
  return Array.from({ length: Math.floor(bytes / objects.every) }, (_, i) => {
    const begin = i * objects.every
    return { name: `${name} ${i}`, kind, owner, worker, extents: extentsOf(firstPage, begin, begin + objects.bytes) }
  })
}

/** Bytes `begin` to `end` of the pages from `firstPage` on, page by page. */
function extentsOf(firstPage: number, begin: number, end: number): Array<readonly [number, number, number]> {
  const extents: Array<readonly [number, number, number]> = []
  for (let at = begin; at < end; ) {
    const offset = at % PAGE_BYTES
    const bytes = Math.min(PAGE_BYTES - offset, end - at)
    extents.push([firstPage + Math.floor(at / PAGE_BYTES), offset, bytes])
    at += bytes
  }
  return extents
}
