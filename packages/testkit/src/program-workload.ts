/**
 * Workloads written in code: domains, regions with pages of their own, one script of operations per worker.
 * Law: what is written is what runs; the workload adds no operation and names no mechanism.
 */
import { type OperationRecord, operationScript } from "@isolde/core/isolation/operation-script"
import { GRANULE, type RegionDefinition, RegionKind } from "@isolde/core/isolation/regions"
import type { OperationName } from "@isolde/core/isolation/traits"
import type { Exchange } from "@isolde/core/isolation/unit"
import { PAGE_BYTES, type Pages } from "@isolde/core/memory/pages"
import type { Workload } from "@isolde/core/scenario/workload"

/** A region of a program: pages of its own unless it is packed. */
export interface ProgramRegion {
  readonly name: string
  readonly kind: RegionKind
  /** Domain that owns it at the start. */
  readonly owner: number
  /** Worker whose memory it is, or -1 (default) for memory of all. */
  readonly worker?: number
  /** Default: one page. */
  readonly bytes?: number
  /** Continue on the page of the region before it, at the next granule. */
  readonly packed?: boolean
}

/** Where a region was placed: it covers `pages` pages from `page` on, beginning at `offset` of the first. */
export interface PlacedRegion {
  readonly page: number
  readonly offset: number
  readonly bytes: number
  readonly pages: number
}

/** What one worker does. */
export interface ProgramThread {
  /** Domain in which it starts; default 0. */
  readonly domain?: number
  /** Tick at which it starts; default 0. */
  readonly start?: number
  /** Hardware thread on which it runs; default the next one. Those of one take turns. */
  readonly thread?: number
  readonly script: ReadonlyArray<OperationRecord>
}

/** Memory of a program, placed. */
export interface ProgramMemory {
  readonly regions: ReadonlyArray<PlacedRegion>
  /** First of `freePages` adjacent pages that no region covers. */
  readonly free: number
}

/** A program in code. */
export interface Program {
  readonly name?: string
  readonly domains: ReadonlyArray<string>
  readonly regions: ReadonlyArray<ProgramRegion>
  readonly exchange?: Exchange
  /** What it uses beyond enter, leave, load, store and copy; default none. */
  readonly operations?: ReadonlyArray<OperationName>
  /** Pages that no region covers; default 0. */
  readonly freePages?: number
  /** One plan per worker, once the memory is placed. */
  readonly threads: (memory: ProgramMemory, workers: number) => ReadonlyArray<ProgramThread>
}

/** The workload that runs `program`. Its demand counts its domains and, under `borrow`, one worker's exchange regions. */
export function programWorkload(program: Program): Workload {
  const exchange = program.exchange ?? "share"
  return {
    name: program.name ?? "program",
    package: "@isolde/testkit",
    version: "0.1.0",
    config: {},
    exchange,
    dependences: "decoded",
    judged: true,
    demand: {
      domains: program.domains.length,
      exchange,
      objects: exchange === "borrow" ? objectsOf(program) : 0,
      operations: program.operations ?? []
    },
    place: (pages, workers) => {
      const regions = placeAll(pages, program.regions)
      const free = pages.reserve(program.freePages ?? 0)
      return {
        domains: program.domains,
        regions: program.regions.map((region, at) => definitionOf(region, regions[at] as PlacedRegion)),
        threads: () =>
          program.threads({ regions, free }, workers).map((thread) => ({
            domain: thread.domain ?? 0,
            start: thread.start ?? 0,
            ...(thread.thread === undefined ? {} : { thread: thread.thread }),
            script: operationScript(thread.script)
          }))
      }
    }
  }
}

/** Exchange regions that one worker meets: everybody's, and the most that any worker has of its own. */
function objectsOf({ regions }: Program): number {
  const own = new Map<number, number>([[-1, 0]]) // worker -> regions
  for (const { kind, worker = -1 } of regions)
    if (kind === RegionKind.exchange) own.set(worker, (own.get(worker) ?? 0) + 1)
  const everybodys = own.get(-1) ?? 0
  own.set(-1, 0)
  return everybodys + Math.max(...own.values())
}

function placeAll(pages: Pages, regions: ReadonlyArray<ProgramRegion>): Array<PlacedRegion> {
  const placed: Array<PlacedRegion> = []
  let page = 0
  let end = PAGE_BYTES
  for (const region of regions) {
    const bytes = region.bytes ?? PAGE_BYTES
    if (region.packed === true && end + bytes <= PAGE_BYTES) {
      placed.push({ page, offset: end, bytes, pages: 1 })
    } else {
      page = pages.reserve(Math.ceil(bytes / PAGE_BYTES))
      end = 0
      placed.push({ page, offset: 0, bytes, pages: Math.ceil(bytes / PAGE_BYTES) })
    }
    end = Math.ceil((end + bytes) / GRANULE) * GRANULE
  }
  return placed
}

function definitionOf(region: ProgramRegion, { bytes, offset, page, pages }: PlacedRegion): RegionDefinition {
  const extents = Array.from({ length: pages }, (_, at) => {
    const from = at === 0 ? offset : 0
    const left = offset + bytes - at * PAGE_BYTES
    return [page + at, from, Math.min(PAGE_BYTES, left) - from] as const
  })
  return { name: region.name, kind: region.kind, owner: region.owner, worker: region.worker ?? -1, extents }
}
