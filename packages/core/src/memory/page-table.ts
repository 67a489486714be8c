/**
 * The page table of one address space. All address spaces number their pages alike: a page is at one virtual address,
 * and each address space says in a table of its own whether it is mapped there, how, and to which frame.
 *
 *   PT2  two page tables share no line: whoever changes one needn't hold any line of the other
 */
import { LEVELS, LINES_PER_PAGE, type Pages } from "./pages.ts"

export interface PageTable {
  readonly entry: Int32Array // [head] page-table entry as it stands in memory
  readonly frame: Int32Array // [page] physical frame
  readonly walk: Int32Array // [page][level] physical line of the entry read at this level; the leaf's below it
}

/** The entry of `page` in the table of address space `space` is stored by `thread` at `tick`. */
export type EntryListener = (
  thread: number,
  space: number,
  page: number,
  before: number,
  after: number,
  tick: number
) => void

/**
 * The table of one more address space: for each page the entry that `initial` gives, on the frames of space 0. All
 * pages are known.
 */
export function openTable(pages: Pages, initial: (page: number) => number): PageTable {
  const { count } = pages
  const entry = Int32Array.from({ length: count }, (_, page) => initial(page))
  const walk = new Int32Array(count * LEVELS)
  const frames = new Map<number, number>() // table of space 0 -> this one's
  for (let at = 0; at < walk.length; at++) {
    const line = pages.walk[at]
    const theirs = Math.floor(line / LINES_PER_PAGE)
    const own = frames.get(theirs) ?? pages.allocateTable(pages.nodeOf(theirs))
    frames.set(theirs, own)
    walk[at] = own * LINES_PER_PAGE + (line % LINES_PER_PAGE)
  }
  return { entry, frame: pages.frame.slice(0, count), walk }
}
