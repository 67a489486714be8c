/**
 * The static instructions of a recording: one row per (address, length, accesses, object).
 * Law: looking up a known instruction is two array reads and a short walk; only a new row costs more.
 */
import type { DecodedInstruction } from "./decode.ts"
import { GrowingColumn } from "./growing-column.ts"
import { type AccessKind, pageBytes } from "./recording.ts"

/** Lengths below this share a key with the signature. */
const lengths = 256

export class InstructionTable {
  readonly address = new GrowingColumn(Float64Array)
  readonly page = new GrowingColumn(Int32Array)
  readonly offset = new GrowingColumn(Uint16Array)
  readonly length = new GrowingColumn(Uint8Array)
  readonly object = new GrowingColumn(Int16Array)
  readonly instructionClass = new GrowingColumn(Uint8Array)
  readonly addressSources = new GrowingColumn(Int32Array)
  readonly dataSources = new GrowingColumn(Int32Array)
  readonly destinations = new GrowingColumn(Int32Array)
  readonly stackRelative = new GrowingColumn(Uint8Array)
  readonly accessStart = new GrowingColumn(Uint32Array)
  readonly accessKind = new GrowingColumn(Uint8Array)
  readonly accessSize = new GrowingColumn(Uint16Array)

  /** [row] Signature and length. */
  readonly #keys = new GrowingColumn(Int32Array)
  /** [row] Another row of the same address, or -1. */
  readonly #next = new GrowingColumn(Int32Array)
  /** [page] First of its entries in `#heads`, or -1. */
  readonly #headsOf = new GrowingColumn(Int32Array)
  /** [code page x offset] Newest row of an address, or -1. */
  readonly #heads = new GrowingColumn(Int32Array)

  // A signature is a list of accesses, built one by one; number 0 is the empty list.
  readonly #signatures: Array<ReadonlyArray<readonly [AccessKind, number]>> = [[]]
  readonly #longer = new Map<number, number>()

  constructor() {
    this.accessStart.push(0)
  }

  /** The signature of `signature`'s accesses and one more. */
  extend(signature: number, kind: AccessKind, size: number): number {
    const key = (signature * 0x10000 + size) * 4 + kind
    const known = this.#longer.get(key)
    if (known !== undefined) return known
    const longer = this.#signatures.push([...(this.#signatures[signature] ?? []), [kind, size]]) - 1
    this.#longer.set(key, longer)
    return longer
  }

  /** The row of an instruction, or -1 if it has none yet. */
  find(page: number, offset: number, length: number, signature: number): number {
    const heads = page < this.#headsOf.length ? this.#headsOf.data[page]! : -1
    if (heads < 0) return -1
    const key = signature * lengths + length
    let row = this.#heads.data[heads + offset]!
    while (row >= 0 && this.#keys.data[row] !== key) row = this.#next.data[row]!
    return row
  }

  /** Another file may lie at these pages now: their instructions need new rows from here on. */
  forget(isStale: (page: number) => boolean): void {
    for (let page = 0; page < this.#headsOf.length; page++) {
      const heads = this.#headsOf.data[page] as number
      if (heads >= 0 && isStale(page)) this.#heads.data.fill(-1, heads, heads + pageBytes)
    }
  }

  /** Add a row; `describe` tells what it does. */
  add(page: number, address: number, length: number, signature: number, object: number): number {
    const row = this.address.length
    const offset = address % pageBytes
    this.address.push(address)
    this.page.push(page)
    this.offset.push(offset)
    this.length.push(length)
    this.object.push(object)
    for (const [kind, size] of this.#signatures[signature] as ReadonlyArray<readonly [AccessKind, number]>) {
      this.accessKind.push(kind)
      this.accessSize.push(size)
    }
    this.accessStart.push(this.accessKind.length)
    for (const column of [this.instructionClass, this.addressSources, this.dataSources]) column.push(0)
    for (const column of [this.destinations, this.stackRelative]) column.push(0)

    if (page >= this.#headsOf.length) this.#headsOf.fill(-1, page + 1 - this.#headsOf.length)
    if (this.#headsOf.data[page] === -1) {
      this.#headsOf.data[page] = this.#heads.length
      this.#heads.fill(-1, pageBytes)
    }
    const head = (this.#headsOf.data[page] as number) + offset
    this.#keys.push(signature * lengths + length)
    this.#next.push(this.#heads.data[head] as number)
    this.#heads.data[head] = row
    return row
  }

  /** Fill in what the bytes of a row's instruction say. */
  describe(row: number, decoded: DecodedInstruction): void {
    this.instructionClass.data[row] = decoded.instructionClass
    this.addressSources.data[row] = decoded.addressSources
    this.dataSources.data[row] = decoded.dataSources
    this.destinations.data[row] = decoded.destinations
    this.stackRelative.data[row] = decoded.stackRelative ? 1 : 0
  }
}
