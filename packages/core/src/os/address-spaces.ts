/**
 * The address spaces of a run: that of the process, and those that a mechanism opens beside it. All number their pages
 * alike; each has tables, areas, a mapping semaphore and a CPU mask of its own, and sees the pages that its table maps.
 *
 *   SP1  a thread reaches the pages of the address space that its page-table base register names, and no others
 *   SP2  the frame of a page that several address spaces map belongs to the page: no unmapping gives it back
 */
import type { MachineNumbers } from "../machines/machine.ts"
import { openTable } from "../memory/page-table.ts"
import type { Pages } from "../memory/pages.ts"
import type { Words } from "../memory/words.ts"
import { Cause } from "../processor/cause.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { Program } from "../processor/program.ts"
import { AddressSpace, type KernelPages } from "./address-space.ts"
import { Frames } from "./frames.ts"
import type { SpaceGenerations } from "./shootdown/space-generations.ts"
import { UnmappedPages } from "./unmapped-pages.ts"

/** The entry that page `page`, which the workload has mapped with `entry`, has in address space `space`; 0: none. */
export type Visibility = (space: number, page: number, entry: number) => number

export class AddressSpaces {
  readonly all: Array<AddressSpace> = []
  /** Free frames, and those that have been taken out of a table and not been given back. */
  readonly frames: Frames
  readonly unmapped: UnmappedPages
  readonly #threads: number
  readonly #numbers: MachineNumbers
  readonly #pages: Pages
  readonly #words: Words
  readonly #firstRoutine: number
  readonly #acting: Int32Array // [software thread] address space that its system call or page fault is about
  #generations: SpaceGenerations | undefined
  #visible: Visibility = (_space, _page, entry) => entry
  #asked: ReadonlyArray<KernelPages> = []
  readonly #everywhere = new Set<number>() // pages
  #common = new Uint8Array(0) // [page] 1 if several address spaces map it

  /** The routines of mapping semaphores are `firstRoutine` on, those of frames `frameRoutine` on. */
  constructor(
    threads: number,
    software: number,
    pages: Pages,
    words: Words,
    numbers: MachineNumbers,
    firstRoutine: number,
    frameRoutine: number
  ) {
    this.#threads = threads
    this.#numbers = numbers
    this.#pages = pages
    this.#words = words
    this.#firstRoutine = firstRoutine
    this.#acting = new Int32Array(software)
    this.frames = new Frames(threads, pages, words, numbers.core.locked, frameRoutine)
    this.unmapped = new UnmappedPages(pages)
    this.#add()
  }

  /** How many there are. */
  get count(): number {
    return this.all.length
  }

  of(space: number): AddressSpace {
    return this.all[space]
  }

  /** Who keeps the CPU masks of address spaces, once it is built. */
  keptBy(generations: SpaceGenerations): void {
    this.#generations = generations
    generations.open()
  }

  /**
   * Have address spaces 0 to `count` - 1, each with the pages that `visible` says, asked when all pages are known. The
   * kernel will be asked about pages `asked` beside those of scripts. Once, while the machine is built.
   */
  open(count: number, visible: Visibility, asked: ReadonlyArray<KernelPages> = []): void {
    this.#visible = visible
    this.#asked = asked
    while (this.all.length < count) {
      this.#add()
      this.#generations?.open()
    }
  }

  /** Every address space maps the kernel's pages [first, first + count). While the machine is built. */
  everywhere(first: number, count: number): void {
    for (let page = first; page < first + count; page++) this.#everywhere.add(page)
  }

  /** True if several address spaces map `page`. */
  isCommon(page: number): boolean {
    return this.#common[page] === 1
  }

  /** Entry of `page` in the page table of `space`, as it stands in memory. */
  entry(space: number, page: number): number {
    return this.#pages.tableOf(space).entry[this.#pages.headOf(page)]
  }

  /** `t` runs in `space` from the start. Not timed. */
  place(t: HardwareThread, space: number): void {
    this.#generations?.place(t, space)
  }

  /** Append the change to address space `space`, in the kernel: its path, the CPU masks, the page-table base register. */
  switchTo(program: Program, t: HardwareThread, space: number): void {
    program.as(Cause.kernel).chain(this.#numbers.kernel.spacePath)
    this.#generations?.switchTo(program, t, space)
  }

  /** The system call or page fault that `t` appends is about `space`. */
  act(t: HardwareThread, space: number): AddressSpace {
    this.#acting[t.software] = space
    return this.all[space]
  }

  /** The address space that the system call or page fault of `t` under way is about. */
  acting(t: HardwareThread): AddressSpace {
    return this.all[this.#acting[t.software]]
  }

  /** All pages are known; programs will ask the kernel about those in `asked`. `spare` as in `Frames`. */
  seal(asked: ReadonlyArray<KernelPages>, spare: number): void {
    const pages = this.#pages
    const mapped = pages.entry.slice(0, pages.count)
    const times = new Uint8Array(pages.count)
    for (let space = 0; space < this.count; space++) {
      const entryOf = (page: number) =>
        this.#everywhere.has(page) ? mapped[page] : this.#visible(space, page, mapped[page])
      if (space > 0) pages.tables.push(openTable(pages, entryOf))
      else for (let page = 0; page < mapped.length; page++) pages.entry[page] = entryOf(page)
      const { entry } = pages.tableOf(space)
      for (let page = 0; page < times.length; page++) if (entry[page] !== 0 && times[page] < 2) times[page]++
    }
    this.#common = times.map((each) => (each > 1 ? 1 : 0))
    const needs = this.all.reduce((sum, space) => sum + space.seal([...asked, ...this.#asked]), 0)
    if (needs > 0) this.frames.stock(pages.nodes, needs, spare)
  }

  #add(): void {
    this.all.push(
      new AddressSpace(
        this.all.length,
        this.#threads,
        this.#pages,
        this.#words,
        this.#numbers,
        this.#firstRoutine,
        this
      )
    )
  }
}
