/**
 * Takes what the text says, in order, and builds the columns of a Recording.
 * Law: an instruction is complete when the next one arrives, its thread stops or text is lost; until then accesses are
 * its own, also behind a system call whose line came between, and what that call does waits for it.
 */
import { AddressSpace } from "./address-space.ts"
import { AssumedModel } from "./assumed-model.ts"
import { BlockTable } from "./block-table.ts"
import { Commentary, type CommentarySink } from "./commentary.ts"
import type { DecodedInstruction } from "./decode.ts"
import { GrowingColumn } from "./growing-column.ts"
import { InstructionTable } from "./instruction-table.ts"
import { InvalidRecording } from "./invalid-recording.ts"
import type { LackeySink } from "./odd-lines.ts"
import { PageTable } from "./page-table.ts"
import { type AccessKind, InstructionClass, maximumBlockLength, pageBytes, type Recording } from "./recording.ts"
import type { SideTable } from "./side-table.ts"

/** Where bytes come from and how they are read. */
export interface InstructionBytes {
  readonly table: SideTable
  /** Null when the bytes aren't one instruction. */
  readonly decode: (hex: string) => DecodedInstruction | null
}

/** What the reader of the text counts; the rest of the notes is counted here. */
export type TextNotes = Omit<
  Recording["notes"],
  "strayAccesses" | "foreignLines" | "remappedPages" | "executedInstructions"
>

const pagesPerHalf = 2 ** 20

export class RecordingBuilder implements LackeySink, CommentarySink {
  readonly commentary = new Commentary(this)
  instructionCount = 0
  readonly #bytes: InstructionBytes | null
  readonly #assumed: AssumedModel | null
  readonly #space = new AddressSpace((start, end) => this.#remap(start, end))
  readonly #pages = new PageTable(this.#space)
  readonly #table = new InstructionTable()
  readonly #blocks = new BlockTable()
  readonly #accessPage = new GrowingColumn(Int32Array, 1 << 16)
  readonly #accessOffset = new GrowingColumn(Uint16Array, 1 << 16)
  readonly #segmentStart = new GrowingColumn(Uint32Array)
  readonly #segmentThread = new GrowingColumn(Uint16Array)
  readonly #systemCallAt = new GrowingColumn(Uint32Array)
  readonly #systemCallNumber = new GrowingColumn(Uint16Array)
  readonly #gapAt = new GrowingColumn(Uint32Array)
  #strayAccesses = 0
  #thread = 1

  // The instruction whose accesses may still arrive; its address is -1 when there is none.
  #address = -1
  #page = 0
  #offset = 0
  #length = 0
  #signature = 0
  /** What happened behind that instruction. */
  readonly #deferred: Array<() => void> = []
  /** Where a straight line would go on, and the object of the open block. */
  #expected = -1
  #object = -1

  /** `bytes` is null where no side table tells the instructions: the assumed model stands in. */
  constructor(bytes: InstructionBytes | null) {
    this.#bytes = bytes
    this.#assumed = bytes === null ? new AssumedModel(this.#table) : null
  }

  instruction(high: number, low: number, length: number): void {
    if (this.#address >= 0) this.#settle()
    const number = high * pagesPerHalf + (low >>> 12)
    this.#page = this.#pages.intern(number)
    this.#offset = low & (pageBytes - 1)
    this.#address = number * pageBytes + this.#offset
    this.#length = length
    this.#signature = 0
    this.instructionCount++
  }

  access(kind: AccessKind, high: number, low: number, size: number): void {
    if (this.#address < 0) {
      this.#strayAccesses++
      return
    }
    const number = high * pagesPerHalf + (low >>> 12)
    const offset = low & (pageBytes - 1)
    this.#accessPage.push(this.#pages.intern(number))
    this.#accessOffset.push(offset)
    if (offset + size > pageBytes) this.#pages.intern(number + 1)
    this.#signature = this.#table.extend(this.#signature, kind, size)
  }

  text(line: string): void {
    this.commentary.take(line)
  }

  gap(): void {
    this.#endBlock()
    if (this.#gapAt.data[this.#gapAt.length - 1] !== this.#blocks.stream.length || this.#gapAt.length === 0)
      this.#gapAt.push(this.#blocks.stream.length)
  }

  running(thread: number): void {
    if (thread === this.#thread) return
    this.#endBlock()
    this.#thread = thread
  }

  systemCall(number: number): void {
    this.#afterInstruction(() => {
      this.#endBlock()
      this.#systemCallAt.push(this.#blocks.stream.length)
      this.#systemCallNumber.push(number)
    })
  }

  returned(number: number, call: string, value: number | null): void {
    if (value !== null) this.#afterInstruction(() => this.#space.succeeded(number, call, value))
  }

  /** The recording, when all of the text was taken. */
  finish(name: string, notes: TextNotes): Recording {
    this.#endBlock()
    this.#assumed?.finish()
    this.#segmentStart.push(this.#blocks.stream.length)
    const kinds = this.#pages.kinds()
    const table = this.#table
    return {
      name,
      program: this.commentary.program,
      dependences: this.#bytes === null ? "assumed" : "decoded",
      objects: this.#space.objects,
      pages: this.#pages.numbers.rows(),
      pageObject: this.#pages.objects.rows(),
      pageKind: kinds,
      pageNext: this.#pages.next(),
      instructionAddress: table.address.rows(),
      instructionPage: table.page.rows(),
      instructionOffset: table.offset.rows(),
      instructionLength: table.length.rows(),
      instructionObject: table.object.rows(),
      instructionClass: table.instructionClass.rows(),
      addressSources: table.addressSources.rows(),
      dataSources: table.dataSources.rows(),
      destinations: table.destinations.rows(),
      stackRelative: table.stackRelative.rows(),
      accessStart: table.accessStart.rows(),
      accessKind: table.accessKind.rows(),
      accessSize: table.accessSize.rows(),
      blockStart: this.#blocks.start.rows(),
      blockInstructions: this.#blocks.instructions.rows(),
      stream: this.#blocks.stream.rows(),
      segmentStart: this.#segmentStart.rows(),
      segmentThread: this.#segmentThread.rows(),
      accessPage: this.#accessPage.rows(),
      accessOffset: this.#accessOffset.rows(),
      systemCallAt: this.#systemCallAt.rows(),
      systemCallNumber: this.#systemCallNumber.rows(),
      gapAt: this.#gapAt.rows(),
      instructionCount: this.instructionCount,
      accessCount: this.#accessPage.length,
      notes: {
        ...notes,
        strayAccesses: this.#strayAccesses,
        foreignLines: this.commentary.foreignLines,
        remappedPages: this.#pages.remapped,
        executedInstructions: this.commentary.executedInstructions
      }
    }
  }

  /** The waiting instruction is complete: find its row and append it to a block. */
  #settle(): void {
    let row = this.#table.find(this.#page, this.#offset, this.#length, this.#signature)
    if (row < 0) row = this.#add()
    const object = this.#table.object.data[row]!
    if (this.#blocks.openLength > 0 && (this.#address !== this.#expected || object !== this.#object)) this.#closeBlock()
    this.#assumed?.ran(row, this.#address)
    this.#blocks.append(row)
    this.#object = object
    this.#expected = this.#address + this.#length
    this.#address = -1
    const transfers = endsBlock[this.#table.instructionClass.data[row]!] === 1
    if (transfers || this.#blocks.openLength === maximumBlockLength) this.#closeBlock()
    if (this.#deferred.length > 0) for (const act of this.#deferred.splice(0)) act()
  }

  #afterInstruction(act: () => void): void {
    if (this.#address >= 0) this.#deferred.push(act)
    else act()
  }

  #closeBlock(): void {
    const segments = this.#segmentThread
    if (segments.length === 0 || segments.data[segments.length - 1] !== this.#thread) {
      this.#segmentStart.push(this.#blocks.stream.length)
      segments.push(this.#thread)
    }
    this.#blocks.close()
  }

  /** Whatever comes next doesn't follow in a straight line. */
  #endBlock(): void {
    if (this.#address >= 0) this.#settle()
    if (this.#blocks.openLength > 0) this.#closeBlock()
    this.#assumed?.interrupted()
  }

  #add(): number {
    const address = this.#address
    const mapped = this.#space.objectAt(address)
    const tableRow = this.#bytes?.table.rowOf.get(address)
    const object = tableRow === undefined ? mapped : this.#fileOf(mapped, tableRow)
    const row = this.#table.add(this.#page, address, this.#length, this.#signature, object)
    const kernelObject = mapped < 0 ? object : -1
    this.#pages.markCode(this.#page, kernelObject)
    if (this.#offset + this.#length > pageBytes)
      this.#pages.markCode(this.#pages.intern((this.#pages.numbers.data[this.#page] as number) + 1), kernelObject)
    if (this.#bytes !== null) this.#decode(row, this.#bytes, tableRow)
    return row
  }

  #decode(row: number, { decode, table }: InstructionBytes, tableRow: number | undefined): void {
    const hex = tableRow === undefined ? "" : (table.bytes[tableRow] as string)
    const decoded = hex.length === this.#length * 2 ? decode(hex) : null
    if (decoded !== null) return this.#table.describe(row, decoded)
    throw new InvalidRecording({
      path: table.path,
      at: `address ${this.#address.toString(16).padStart(8, "0")}`,
      expected: `one instruction of ${this.#length} bytes, as recorded`,
      actual: hex === "" ? "no entry" : `${hex.length / 2} bytes (${hex})`,
      remedy: "Give the side table that was made with this recording, or none to have dependences assumed."
    })
  }

  /** The object of an address that the side table knows: the mapped one, or one that the kernel mapped. */
  #fileOf(mapped: number, tableRow: number): number {
    const table = (this.#bytes as InstructionBytes).table
    const named = table.objects[table.object[tableRow] as number]
    if (named === undefined) return mapped
    const objects = this.#space.objects
    const old = objects[mapped]
    if (old !== undefined) {
      if (old.buildId === null) objects[mapped] = { ...old, buildId: named.buildId }
      return mapped
    }
    const known = objects.findIndex((object) => object.path === named.path && object.mappedBy === "kernel")
    return known >= 0 ? known : objects.push({ ...named, mappedBy: "kernel" }) - 1
  }

  #remap(start: number, end: number): void {
    this.#pages.changed(start, end)
    const first = start / pageBytes
    const last = end / pageBytes
    this.#table.forget((page) => {
      const number = this.#pages.numbers.data[page] as number
      return number >= first && number < last
    })
  }
}

/** [InstructionClass] 1 where a block ends behind such an instruction. */
const endsBlock = Uint8Array.from({ length: Object.keys(InstructionClass).length }, (_, value) =>
  (value >= InstructionClass.branch && value <= InstructionClass.return) || value === InstructionClass.system ? 1 : 0
)
