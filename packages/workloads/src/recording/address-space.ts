/**
 * Which file, if any, lies at an address: openat and mmap, followed in the order of the recording.
 * Law: the last mapping of an address wins; closing a descriptor changes no mapping. Addresses are those of one
 * process; mappings are whole pages.
 */
import { PageKind, pageBytes, type RecordedObject } from "./recording.ts"

/** Linux x86-64 system calls that open, close or map. */
const call = { open: 2, close: 3, mmap: 9, munmap: 11, brk: 12, mremap: 25, dup: 32, dup2: 33, openat: 257, dup3: 292 }
const anonymousFlag = 0x20
const stackFlag = 0x20000

interface Mapping {
  readonly start: number
  readonly end: number
  /** Index in `objects`, or -1. */
  readonly object: number
  readonly kind: PageKind
}

export class AddressSpace {
  /** Files in order of their first mapping; whoever learns of one that the kernel mapped appends it. */
  readonly objects: Array<RecordedObject> = []
  /** Called after the mapping of the addresses from `start` up to `end` changed. */
  readonly #changed: (start: number, end: number) => void
  readonly #files = new Map<number, string>()
  /** Sorted, without overlap. */
  #mappings: Array<Mapping> = []
  #heapStart = 0
  #heapEnd = 0

  constructor(changed: (start: number, end: number) => void) {
    this.#changed = changed
  }

  /** First result of brk: no file that the kernel mapped lies above it and below the mappings. 0 when unknown. */
  get heapStart(): number {
    return this.#heapStart
  }

  /** First address above every mapping. */
  get mappedEnd(): number {
    return this.#mappings.at(-1)?.end ?? 0
  }

  /** Index of the file at `address`, or -1. */
  objectAt(address: number): number {
    return this.#mappingAt(address)?.object ?? -1
  }

  /** What lies at `address`, or null where the recording doesn't say. */
  kindAt(address: number): PageKind | null {
    const mapping = this.#mappingAt(address)
    if (mapping !== undefined) return mapping.kind
    return address >= this.#heapStart && address < this.#heapEnd ? PageKind.heap : null
  }

  /** A system call succeeded with `value`; `text` is its line from the name on. */
  succeeded(number: number, text: string, value: number): void {
    if (number === call.openat || number === call.open) {
      const path = /0x[0-9a-f]+\((.*)\), -?\d+/.exec(text)?.[1]
      if (path !== undefined) this.#files.set(value, path)
      return
    }
    const numbers = (/\( (.*?) ?\)/.exec(text)?.[1] ?? "").split(",").map(Number)
    const [first = 0, second = 0, third = 0, flags = 0, file = -1] = numbers
    if (number === call.close) this.#files.delete(first)
    else if (number === call.dup || number === call.dup2 || number === call.dup3) {
      const path = this.#files.get(first)
      if (path !== undefined) this.#files.set(value, path)
    } else if (number === call.mmap) this.#map(value, second, flags, file)
    else if (number === call.munmap) this.#replace(first, first + second, null)
    else if (number === call.mremap) this.#move(first, second, value, third)
    else if (number === call.brk) {
      if (this.#heapStart === 0) this.#heapStart = value
      this.#heapEnd = Math.max(this.#heapEnd, value)
    }
  }

  #map(start: number, length: number, flags: number, file: number): void {
    if ((flags & anonymousFlag) !== 0) {
      const kind = (flags & stackFlag) === 0 ? PageKind.anonymous : PageKind.stack
      this.#replace(start, start + length, { object: -1, kind })
    } else {
      const path = this.#files.get(file) ?? `descriptor ${file}`
      this.#replace(start, start + length, { object: this.#intern(path), kind: PageKind.fileData })
    }
  }

  #move(from: number, oldLength: number, to: number, newLength: number): void {
    const moved = this.#mappingAt(from) ?? { object: -1, kind: PageKind.anonymous }
    this.#replace(from, from + oldLength, null)
    this.#replace(to, to + newLength, moved)
  }

  #intern(path: string): number {
    const known = this.objects.findIndex((object) => object.path === path && object.mappedBy === "system call")
    return known >= 0 ? known : this.objects.push({ path, buildId: null, mappedBy: "system call" }) - 1
  }

  #replace(start: number, unaligned: number, by: Pick<Mapping, "object" | "kind"> | null): void {
    const end = Math.ceil(unaligned / pageBytes) * pageBytes
    const kept = this.#mappings.flatMap((old) => {
      if (old.end <= start || old.start >= end) return [old]
      return [
        { ...old, end: start },
        { ...old, start: end }
      ].filter((part) => part.start < part.end)
    })
    if (by !== null && start < end) kept.push({ start, end, object: by.object, kind: by.kind })
    this.#mappings = kept.sort((a, b) => a.start - b.start)
    this.#changed(start, end)
  }

  #mappingAt(address: number): Mapping | undefined {
    const mappings = this.#mappings
    let low = 0
    let high = mappings.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((mappings[middle] as Mapping).end <= address) low = middle + 1
      else high = middle
    }
    const found = mappings[low]
    return found !== undefined && found.start <= address ? found : undefined
  }
}
