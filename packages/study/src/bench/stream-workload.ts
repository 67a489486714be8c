/**
 * An address stream as a workload: every access is one instruction of eight bytes that depends on no other. Worker n
 * executes the stream of core n; pages are mapped as they are, where the stream first meets them.
 */
import { operationScript, type Placement, type Workload } from "@isolde/core"
import { Entry, LINE_BYTES, LINES_PER_PAGE, type Pages } from "@isolde/core/memory/pages"
import type { InstructionStream } from "@isolde/core/processor/instruction-stream"
import { AccessKind, type InstructionTable, instructionTable } from "@isolde/core/processor/instruction-table"
import type { AddressStream } from "./address-streams.ts"

const BYTES = 8
/** Accesses of a block: one block for each pattern of loads and stores. */
const BLOCK = 8
const PATTERNS = 1 << BLOCK

/** One instruction that loads and one that stores, and the blocks of eight of them. */
interface Code {
  readonly table: InstructionTable
  readonly blockStart: Uint32Array
  readonly blockInstructions: Uint32Array
}

export function streamWorkload(name: string, streams: ReadonlyArray<AddressStream>): Workload {
  return {
    name,
    package: "@isolde/study",
    version: "0.1.0",
    config: { stream: name },
    exchange: "share",
    dependences: "decoded",
    demand: { domains: 1, exchange: "share", objects: 0, operations: [] },
    place: (pages, workers): Placement => {
      const numbers = new Map<number, number>() // virtual page -> page
      const code = codeOf(pages)
      const placed = Array.from({ length: workers }, (_, worker) =>
        placedStream(pages, numbers, streams[worker % streams.length] as AddressStream, code)
      )
      return {
        domains: ["all"],
        regions: [],
        threads: () => placed.map((stream) => ({ stream, script: operationScript([]), domain: 0, start: 0 }))
      }
    }
  }
}

function placedStream(
  pages: Pages,
  numbers: Map<number, number>,
  { line, offset, store }: AddressStream,
  code: Code
): InstructionStream {
  const whole = Math.floor(line.length / BLOCK) * BLOCK
  const accessPage = new Int32Array(whole)
  const accessOffset = new Uint16Array(whole)
  const blocks = new Uint32Array(whole / BLOCK)
  for (let at = 0; at < whole; at++) {
    const vpn = Math.floor((line[at] as number) / LINES_PER_PAGE)
    let page = numbers.get(vpn)
    if (page === undefined) {
      page = pages.map(vpn, Entry.present | Entry.writable)
      numbers.set(vpn, page)
    }
    accessPage[at] = page
    accessOffset[at] = ((line[at] as number) % LINES_PER_PAGE) * LINE_BYTES + (offset[at] as number)
    blocks[(at / BLOCK) | 0] = (blocks[(at / BLOCK) | 0] as number) | ((store[at] as number) << (at % BLOCK))
  }
  return {
    ...code,
    blocks,
    first: 0,
    last: blocks.length,
    accessPage,
    accessOffset,
    firstAccess: 0,
    pageOf: Int32Array.from({ length: pages.count }, (_, page) => page),
    operationAt: new Uint32Array(0)
  }
}

function codeOf(pages: Pages): Code {
  const page = pages.reserve(1)
  const none = new Int32Array(2)
  const bytes = new Uint8Array(2)
  const table = instructionTable({
    count: 2,
    page: Int32Array.of(page, page),
    line: Int32Array.of(pages.line(page, 0), pages.line(page, 0)),
    latency: new Uint16Array(2),
    control: bytes,
    addressSources: none,
    dataSources: none,
    destinations: none,
    accessStart: Int32Array.of(0, 1, 2),
    stores: Uint8Array.of(0, 1),
    accessKind: Uint8Array.of(AccessKind.load, AccessKind.store),
    accessSize: Uint16Array.of(BYTES, BYTES),
    addedInstructions: bytes,
    addedLatency: bytes,
    exempt: bytes
  })
  return {
    table,
    blockStart: Uint32Array.from({ length: PATTERNS + 1 }, (_, pattern) => pattern * BLOCK),
    blockInstructions: Uint32Array.from({ length: PATTERNS * BLOCK }, (_, at) => ((at / BLOCK) >> (at % BLOCK)) & 1)
  }
}
