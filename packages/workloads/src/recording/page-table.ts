/**
 * The pages of a recording, numbered in order of first use.
 * Law: a virtual page number stands once. What maps a page is told as of its first use; later changes are counted.
 */
import type { AddressSpace } from "./address-space.ts"
import { GrowingColumn } from "./growing-column.ts"
import { PageKind, pageBytes } from "./recording.ts"

/** Entries of the direct-mapped cache in front of the map. */
const cacheEntries = 4096
/** What nothing in the text maps: told apart when the recording is complete. */
const unknownKind = 255
/** The first thread's stack grows down from its top: at most 64 MiB, eight times Linux's default limit. */
const stackReach = 64 * 2 ** 20
/** Farthest that data of a file mapped by the kernel lies from its nearest code. */
const kernelMappedReach = 16 * 2 ** 20
/** First address beyond user space. */
const userSpaceEnd = 2 ** 47

export class PageTable {
  readonly numbers = new GrowingColumn(Float64Array)
  readonly objects = new GrowingColumn(Int16Array)
  remapped = 0
  readonly #space: AddressSpace
  readonly #kinds = new GrowingColumn(Uint8Array)
  readonly #pageOf = new Map<number, number>()
  readonly #cachedNumbers = new Float64Array(cacheEntries).fill(-1)
  readonly #cachedPages = new Int32Array(cacheEntries)

  constructor(space: AddressSpace) {
    this.#space = space
  }

  /** The page of virtual page number `number`. */
  intern(number: number): number {
    const slot = number % cacheEntries
    if (this.#cachedNumbers[slot] === number) return this.#cachedPages[slot]!
    const page = this.#pageOf.get(number) ?? this.#add(number)
    this.#cachedNumbers[slot] = number
    this.#cachedPages[slot] = page
    return page
  }

  /** The page of `number` if there is one. */
  find(number: number): number | undefined {
    return this.#pageOf.get(number)
  }

  /** Pages between two addresses now map something else. */
  changed(start: number, end: number): void {
    const moved = (number: number, page: number | undefined): boolean =>
      page !== undefined && this.#space.objectAt(number * pageBytes) !== this.objects.data[page]
    const first = start / pageBytes
    const last = end / pageBytes
    if (last - first > this.#pageOf.size) {
      for (const [number, page] of this.#pageOf)
        if (number >= first && number < last && moved(number, page)) this.remapped++
    } else
      for (let number = first; number < last; number++) if (moved(number, this.#pageOf.get(number))) this.remapped++
  }

  /** An instruction was fetched from `page`; `kernelObject` is its file if the kernel mapped it, else -1. */
  markCode(page: number, kernelObject: number): void {
    this.#kinds.data[page] = PageKind.code
    if (this.objects.data[page] === -1) this.objects.data[page] = kernelObject
  }

  /**
   * [page] PageKinds, with the inferences for what no system call mapped: above every mapping, the first thread's
   * stack; below the first brk and within 16 MiB of a kernel-mapped file's code, that file's data.
   */
  kinds(): Uint8Array<ArrayBuffer> {
    const kinds = this.#kinds.rows()
    const unknown = [...kinds.keys()].filter((page) => kinds[page] === unknownKind)
    const addressOf = (page: number): number => (this.numbers.data[page] as number) * pageBytes
    const mappedEnd = this.#space.mappedEnd
    const top = Math.max(0, ...unknown.map(addressOf).filter((address) => address < userSpaceEnd))
    const code = [...kinds.keys()]
      .filter((page) => kinds[page] === PageKind.code && this.#space.objectAt(addressOf(page)) === -1)
      .filter((page) => this.objects.data[page] !== -1)
    for (const page of unknown) {
      const address = addressOf(page)
      kinds[page] = PageKind.other
      if (address >= userSpaceEnd) continue
      if (address >= mappedEnd && address > top - stackReach) kinds[page] = PageKind.stack
      else if (address < this.#space.heapStart || this.#space.heapStart === 0) {
        const distance = (other: number): number => Math.abs(addressOf(other) - address)
        const nearest = code.reduce((best, other) => (best < 0 || distance(other) < distance(best) ? other : best), -1)
        if (nearest < 0 || distance(nearest) > kernelMappedReach) continue
        kinds[page] = PageKind.fileData
        this.objects.data[page] = this.objects.data[nearest] as number
      }
    }
    return kinds
  }

  /** [page] The page that follows in memory, or -1. */
  next(): Int32Array<ArrayBuffer> {
    const next = new Int32Array(this.numbers.length)
    for (let page = 0; page < next.length; page++) next[page] = this.find((this.numbers.data[page] as number) + 1) ?? -1
    return next
  }

  #add(number: number): number {
    const page = this.numbers.length
    this.numbers.push(number)
    this.objects.push(this.#space.objectAt(number * pageBytes))
    this.#kinds.push(this.#space.kindAt(number * pageBytes) ?? unknownKind)
    this.#pageOf.set(number, page)
    return page
  }
}
