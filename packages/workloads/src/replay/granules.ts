/**
 * Which domains touch each 16-byte granule of a recording: the first pass of the layout. Stack pages have one
 * row of granules per domain whose frames lie there, since frames of all domains use the same addresses.
 *
 * A recording has no arguments of the allocator. Instructions of shared code that only ever touch the heap in 8-byte
 * words at 8 beyond a granule are the allocator's on its block headers (the chunk layout of glibc): what they touch
 * begins a block, and their accesses count for no domain: each domain has an allocator of its own, whose headers lie in
 * its own memory.
 */
import { GRANULE } from "@isolde/core/isolation/regions"
import type { Activations } from "../recording/activations.ts"
import { type ResolvedPolicy, sharedDomain } from "../recording/policy.ts"
import { AccessKind, PageKind, type Recording } from "../recording/recording.ts"
import { walk } from "./walk.ts"

/** As regions divide a page. */
export const granuleBytes = GRANULE
export const granulesPerPage = 256
/** An instruction must have touched this many headers before it counts as the allocator's. */
const fewestHeaders = 16

export interface Granules {
  readonly domains: number
  /** Row of granules of (page, owner); owner -1 off the stack. */
  readonly rowOf: (page: number, owner: number) => number
  readonly rows: number
  /** [row][granule] bit per domain that touched it. */
  readonly touched: Uint32Array
  /** [row][granule] bit per domain that wrote it. */
  readonly written: Uint32Array
  /** [row][granule] domain that touched it first, plus one; 0 if none did. */
  readonly first: Uint8Array
  /** [row][granule] 1 where one access spans this granule and the next: what an access spans is one object. */
  readonly joined: Uint8Array
  /** [row][granule] 1 where a heap block begins. */
  readonly begins: Uint8Array
  /** [instruction] 1 for the allocator's accesses to its headers. */
  readonly isHeader: Uint8Array
}

export function scanGranules(recording: Recording, activations: Activations, policy: ResolvedPolicy): Granules {
  const domains = policy.domainNames.length
  const isHeader = findHeaderInstructions(recording, policy)
  const rowStart = new Int32Array(recording.pages.length + 1)
  for (let page = 0; page < recording.pages.length; page++) {
    rowStart[page + 1] = (rowStart[page] as number) + (recording.pageKind[page] === PageKind.stack ? domains : 1)
  }
  const rows = rowStart[recording.pages.length] as number
  const rowOf = (page: number, owner: number) => (rowStart[page] as number) + (owner < 0 ? 0 : owner)
  const touched = new Uint32Array(rows * granulesPerPage)
  const written = new Uint32Array(rows * granulesPerPage)
  const first = new Uint8Array(rows * granulesPerPage)
  const joined = new Uint8Array(rows * granulesPerPage)
  const begins = new Uint8Array(rows * granulesPerPage)
  walk(recording, activations, {
    access(access, row, instruction, domain, owner) {
      const page = recording.accessPage[access] as number
      const offset = recording.accessOffset[access] as number
      const base = rowOf(page, owner) * granulesPerPage
      const last = Math.min(granulesPerPage - 1, (offset + (recording.accessSize[row] as number) - 1) >> 4)
      if (isHeader[instruction] === 1) {
        const begin = ((offset + 8) >> 4) + base
        if (offset + 8 < 4096) begins[begin] = 1
        return
      }
      for (let granule = offset >> 4; granule <= last; granule++) {
        touched[base + granule] = (touched[base + granule] as number) | (1 << domain)
        if (recording.accessKind[row] !== AccessKind.load)
          written[base + granule] = (written[base + granule] as number) | (1 << domain)
        first[base + granule] ||= domain + 1
        if (granule < last) joined[base + granule] = 1
      }
    }
  })
  return { domains, rowOf, rows, touched, written, first, joined, begins, isHeader }
}

function findHeaderInstructions(recording: Recording, policy: ResolvedPolicy): Uint8Array {
  const { accessOffset, accessPage, accessSize, accessStart, blockInstructions, blockStart, pageKind, stream } =
    recording
  const count = recording.instructionAddress.length
  const seen = new Uint32Array(count)
  const other = new Uint8Array(count)
  const isShared = (instruction: number) =>
    policy.objectDomain[recording.instructionObject[instruction] as number] === sharedDomain
  let access = 0
  for (const block of stream) {
    for (let place = blockStart[block] as number; place < (blockStart[block + 1] as number); place++) {
      const instruction = blockInstructions[place] as number
      for (
        let row = accessStart[instruction] as number;
        row < (accessStart[instruction + 1] as number);
        row++, access++
      ) {
        const onHeap = pageKind[accessPage[access] as number] === PageKind.heap
        if (onHeap && accessSize[row] === 8 && ((accessOffset[access] as number) & 15) === 8) seen[instruction]!++
        else other[instruction] = 1
      }
    }
  }
  return Uint8Array.from(seen, (times, instruction) =>
    times >= fewestHeaders && other[instruction] === 0 && isShared(instruction) ? 1 : 0
  )
}
