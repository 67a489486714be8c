/**
 * The objects of a recording that cross between domains, inferred from what was touched: heap memory is cut into
 * blocks at the allocator's headers and at gaps; a block that two domains touch crosses whole. Elsewhere (stacks,
 * static data, anonymous memory) an object is a run of granules that two domains touch. What one access spans is one
 * object. What nobody writes during the recording needs no rights and doesn't cross.
 */
import { PageKind, type Recording } from "../recording/recording.ts"
import { type Granules, granuleBytes, granulesPerPage } from "./granules.ts"

export interface ExchangeObjects {
  readonly count: number
  /** [object] bytes, a multiple of a granule. */
  readonly bytes: Int32Array
  /** [object] domain that touched it first: whose it is at the start. */
  readonly owner: Uint8Array
  /** [row][granule] object and granule in it, or -1. */
  readonly objectOf: Int32Array
  readonly granuleOf: Int32Array
}

export function findExchangeObjects(
  recording: Recording,
  granules: Granules,
  isRuntime: (page: number) => boolean
): ExchangeObjects {
  const objectOf = new Int32Array(granules.rows * granulesPerPage).fill(-1)
  const granuleOf = new Int32Array(granules.rows * granulesPerPage)
  const bytes: Array<number> = []
  const owner: Array<number> = []
  const take = (cells: ReadonlyArray<number>): void => {
    if (!crosses(granules, cells)) return
    for (const [place, cell] of cells.entries()) {
      objectOf[cell] = bytes.length
      granuleOf[cell] = place
    }
    owner.push((granules.first[cells[0] as number] as number) - 1)
    bytes.push(cells.length * granuleBytes)
  }
  for (const [kind, run] of runsOfRows(recording, granules)) {
    if (run.every((row) => isRuntime(row.page))) continue
    let object: Array<number> = []
    let before = -1
    for (const { page, row } of run) {
      const wanted = wantedOf(granules, row, kind === PageKind.heap)
      for (let granule = 0; granule < granulesPerPage; granule++) {
        const cell = row * granulesPerPage + granule
        const isJoined = before === cell - 1 && granules.joined[before] === 1
        const isWanted = wanted[granule] === 1 && !isRuntime(page)
        const begins = kind === PageKind.heap && granules.begins[cell] === 1 && !isJoined
        if (!isWanted || begins) {
          take(object)
          object = []
        }
        if (isWanted) object.push(cell)
        before = cell
      }
    }
    take(object)
  }
  return { count: bytes.length, bytes: Int32Array.from(bytes), owner: Uint8Array.from(owner), objectOf, granuleOf }
}

/**
 * [granule] 1 where an object may lie: on the heap what was touched, elsewhere what two domains touched, and whatever
 * one access joins to it.
 */
function wantedOf(granules: Granules, row: number, onHeap: boolean): Uint8Array {
  const wanted = new Uint8Array(granulesPerPage)
  const base = row * granulesPerPage
  for (let granule = 0; granule < granulesPerPage; granule++) {
    const touched = granules.touched[base + granule] as number
    if (onHeap ? touched !== 0 : isCrossed(touched)) wanted[granule] = 1
  }
  for (let granule = 0; granule < granulesPerPage - 1; granule++) {
    if (wanted[granule] === 1 && granules.joined[base + granule] === 1) wanted[granule + 1] = 1
  }
  for (let granule = granulesPerPage - 1; granule > 0; granule--) {
    if (wanted[granule] === 1 && granules.joined[base + granule - 1] === 1) wanted[granule - 1] = 1
  }
  return wanted
}

const isCrossed = (domains: number): boolean => (domains & (domains - 1)) !== 0

function crosses(granules: Granules, cells: ReadonlyArray<number>): boolean {
  let touched = 0
  let written = 0
  for (const cell of cells) {
    touched |= granules.touched[cell] as number
    written |= granules.written[cell] as number
  }
  return written !== 0 && isCrossed(touched)
}

/** Rows of granules that follow each other in memory, per kind of page and owner of stack frames. */
function* runsOfRows(
  recording: Recording,
  granules: Granules
): Generator<readonly [kind: number, run: Array<{ readonly page: number; readonly row: number }>]> {
  const order = [...recording.pages.keys()].sort(
    (x, y) => (recording.pages[x] as number) - (recording.pages[y] as number)
  )
  for (const kind of [PageKind.fileData, PageKind.heap, PageKind.anonymous, PageKind.stack, PageKind.other]) {
    const pages = order.filter((page) => recording.pageKind[page] === kind)
    const owners = kind === PageKind.stack ? [...Array(granules.domains).keys()] : [-1]
    for (const owner of owners) {
      let run: Array<{ readonly page: number; readonly row: number }> = []
      for (const [place, page] of pages.entries()) {
        const before = pages[place - 1]
        if (before !== undefined && recording.pages[before] !== (recording.pages[page] as number) - 1) {
          yield [kind, run]
          run = []
        }
        run.push({ page, row: granules.rowOf(page, owner) })
      }
      if (run.length > 0) yield [kind, run]
    }
  }
}
