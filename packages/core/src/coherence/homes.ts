/**
 * The homes: one LLC slice with its directory per owner, driven by the table of the machine's protocol. What a table
 * says about ways, rows and memory is done here, for either policy of the LLC.
 *
 *   HO1  a line's owner and sharers are what the messages sent so far imply
 *   HO2  requests that wait for a line are served first come, first served, as soon as it is stable
 *   HO4  while a tile takes a line from others (M_U), requests for it, or for its way, wait until that tile has it
 *   HO3  a line that waits for a way gets the next one of its set that is not busy, first come, first served
 */
import type { Interconnect } from "../interconnect/interconnect.ts"
import type { Placement } from "../interconnect/placement.ts"
import type { Kernel } from "../kernel/kernel.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import * as fromCache from "../memory/cache.ts"
import type { MemoryChannels } from "../memory/channel.ts"
import type { Pages } from "../memory/pages.ts"
import * as fromDirectory from "./directory.ts"
import { Directory } from "./directory.ts"
import { type HomeEntry, homeEntryOf } from "./home-entry.ts"
import { homeEventOf } from "./home-event.ts"
import { HomeMessages } from "./home-messages.ts"
import * as fromHomeProtocol from "./home-protocol.ts"
import { LineQueues } from "./line-queues.ts"
import { LlcSlices } from "./llc-slices.ts"
import { mesiDirectory } from "./mesi-directory.ts"
import * as fromMessage from "./message.ts"
import { moesiDirectory } from "./moesi-directory.ts"
import * as fromProtocolTable from "./protocol-table.ts"
import { impossible, type ProtocolTable } from "./protocol-table.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Empty } = fromCache
const { NoOwner, ownerOf } = fromDirectory
const { HomeAction, HomeEvent, HomeState, LastSettled, Serves, Stores } = fromHomeProtocol
const { acksOf, Keeps, Message, Source, tileOf, typeOf, Whole, messageNames } = fromMessage
const { Impossible } = fromProtocolTable

export class Homes {
  readonly owners: Int32Array // [slice] owner
  readonly hits: Float64Array // [slice] requests served with the slice's data
  readonly misses: Float64Array // [slice] lines fetched from memory
  /** An owner's answer to another tile comes here and goes on. */
  readonly passesData: boolean
  readonly table: ProtocolTable<string, string, string>
  readonly #first: number
  readonly #kernel: Kernel
  readonly #messages: HomeMessages
  readonly #directory: Directory
  readonly #llc: LlcSlices
  readonly #requests: LineQueues // [line] requests that wait until it is stable
  readonly #waiters: LineQueues // [way set] lines that wait for a way
  readonly #tileOwner: Int32Array // [tile] owner
  readonly #events: number
  #replaying = false

  constructor(
    kernel: Kernel,
    interconnect: Interconnect,
    numbers: MachineNumbers,
    placement: Placement,
    pages: Pages,
    tileOwner: Int32Array
  ) {
    const { slices } = placement
    const { lines } = pages
    this.#kernel = kernel
    this.table = numbers.protocol === "moesi" ? moesiDirectory : mesiDirectory
    this.#events = this.table.events.length
    this.#directory = new Directory(lines, tileOwner.length)
    this.#llc = new LlcSlices(numbers, placement, pages, this.#directory)
    this.#requests = new LineQueues(lines)
    this.#waiters = new LineQueues(this.#llc.ways.sets)
    this.#tileOwner = tileOwner
    this.hits = new Float64Array(slices)
    this.misses = new Float64Array(slices)
    const arrive = kernel.define("home.arrive", (owner, a, line) => this.#arrive(owner - this.#first, a, line))
    this.owners = Int32Array.from({ length: slices }, (_, slice) => {
      const owner = kernel.owner(`LLC slice ${slice}`)
      interconnect.attach(owner, placement.stopOfSlice(slice), arrive, numbers.llc.pipeline, numbers.memory.fill)
      return owner
    })
    this.#first = this.owners[0]
    this.#messages = new HomeMessages(interconnect, this.#directory, this.owners, tileOwner)
    this.passesData = numbers.topology.answers === "by home"
  }

  connect(channels: MemoryChannels): void {
    this.#messages.connect(channels)
  }

  /** [slice] Inv sent. */
  get invalidations(): Float64Array {
    return this.#messages.invalidations
  }

  /** [slice] Recall sent. */
  get recalls(): Float64Array {
    return this.#messages.recalls
  }

  /** Owner of the home of `line`: a slice of the node that holds it (PL1). */
  ownerOf(line: number): number {
    return this.owners[this.#llc.sliceOf(line)]
  }

  /** Every request that waits, for a watchdog: "GetM of tile 3 for line 71". */
  describeStalled(): Array<string> {
    const of = (line: number) => this.waitingFor(line).map((request) => `${request} for line ${line}`)
    return this.#requests.lines().flatMap(of)
  }

  /** Requests that wait for `line`, for those who report: "GetM of tile 3". */
  waitingFor(line: number): Array<string> {
    return this.#requests.of(line).map((a) => `${messageNames[typeOf(a)]} of tile ${tileOf(a)}`)
  }

  /** The home's side of `line` in a few words, for those who report. */
  describe(line: number): string {
    const { hasData, hasWay, owner, sharers, state } = this.entryOf(line)
    const held = `${owner < 0 ? "" : `, owned by tile ${owner}`}${sharers.map((tile) => `, shared by tile ${tile}`).join("")}`
    const has = `${hasWay ? "a" : "no"} way, ${hasData ? "the" : "no"} data`
    const waiting = this.waitingFor(line).map((request) => `, ${request} waits`)
    return `LLC slice ${this.#llc.sliceOf(line)}: ${this.table.states[state]}${held}, ${has}${waiting.join("")}`
  }

  /** What the directory knows of `line`, for those who check it. */
  entryOf(line: number): HomeEntry {
    return homeEntryOf(this.#directory, this.#llc, this.#tileOwner.length, line)
  }

  #arrive(slice: number, a: number, line: number): void {
    const type = typeOf(a)
    if (this.#messages.passes(this.#kernel.now, slice, type, a, line)) return
    const state = this.#directory.stateOf(line)
    const row = this.#rowOf(slice, line)
    let event = homeEventOf(this.#directory, a, line, row >= 0)
    if (event <= HomeEvent.GetMSharer) {
      if (state !== HomeState.I) this.#llc.used(slice, line)
      else if (!this.#findsWay(slice, line, row)) event = HomeEvent.NoWay
    }
    this.#step(event, slice, a, line, row)
  }

  /** One cell of the table: perform its actions, then go on with what waited for them. */
  #step(event: number, slice: number, a: number, line: number, row: number): void {
    const entry = this.#directory.entries[line]
    const before = entry & 15
    const at = before * this.#events + event
    const next = this.table.next[at]
    if (next === Impossible) impossible(this.table, before, event, line)
    const actions = this.table.perform[at]
    const owner = this.#perform(actions, event, slice, a, line, row, entry)
    const owned = next >= HomeState.E && next <= HomeState.M_U
    this.#directory.set(line, next, owned ? owner : NoOwner)
    const settles = before > LastSettled && next <= LastSettled && event !== HomeEvent.Way
    if (settles && this.#waiters.waiting > 0) this.#offer(slice, line)
    if (actions & HomeAction.replay) this.#replay(slice, line)
  }

  /** The actions on messages and the directory, in an order that holds for every cell; the line's owner afterwards. */
  #perform(actions: number, event: number, slice: number, a: number, line: number, row: number, entry: number): number {
    const directory = this.#directory
    const messages = this.#messages
    const tile = tileOf(a)
    const now = this.#kernel.now
    const source = event === HomeEvent.MemData ? Source.dram : Source.llc
    let owner = ownerOf(entry)
    if (actions & HomeAction.stall) this.#stall(event, slice, a, line)
    if (actions & HomeAction.takeWay) this.#takeWay(slice, line)
    if (actions & HomeAction.fetch) {
      this.misses[slice]++
      messages.memory(now, slice, Message.MemRead, tile, line)
    }
    if (actions & HomeAction.forwardGetS)
      messages.tell(now, slice, owner, Message.FwdGetS, tile, line, Source.coherence)
    if (actions & HomeAction.forwardGetM) messages.forwardGetM(now, slice, owner, a, line, 0)
    if (actions & HomeAction.forwardGetMAcks)
      messages.forwardGetM(now, slice, owner, a, line, messages.othersThan(line, tile))
    if (actions & HomeAction.addOwnerToSharers) {
      directory.addSharer(line, owner)
      owner = NoOwner
    }
    if (actions & HomeAction.sendDataE) messages.tell(now, slice, tile, Message.DataE, tile, line, source)
    if (actions & HomeAction.sendData) messages.tell(now, slice, tile, Message.Data, tile, line, source)
    if (actions & HomeAction.sendDataM) messages.grant(now, slice, tile, line, (a & Whole) === 0, 0, source)
    if (actions & HomeAction.sendDataAcks) {
      const needs = (a & Whole) === 0 && tile !== owner && !directory.isSharer(line, tile)
      messages.grant(now, slice, tile, line, needs, messages.othersThan(line, tile), source)
    }
    if (row >= 0 && event <= HomeEvent.GetMSole && (actions & Serves) !== 0) {
      this.hits[slice]++
      this.#llc.data.touch(this.#llc.setOf(slice, line), row)
    }
    if (actions & HomeAction.recall) messages.recall(now, slice, line)
    if (actions & HomeAction.invalidateSharers) messages.invalidate(now, slice, line, tile)
    if (actions & HomeAction.clearSharers) directory.clearSharers(line)
    if (actions & HomeAction.addSharer) directory.addSharer(line, tile)
    if (actions & HomeAction.removeSharer) directory.removeSharer(line, tile)
    if (actions & HomeAction.setOwner) owner = tile
    if (actions & Stores) this.#store(actions, now, slice, a, line, row)
    if (actions & HomeAction.sendPutAck) messages.tell(now, slice, tile, Message.PutAck, tile, line, Source.llc)
    return owner
  }

  /** The actions on rows and memory. */
  #store(actions: number, now: number, slice: number, a: number, line: number, row: number): void {
    const llc = this.#llc
    if (actions & (HomeAction.install | HomeAction.keep)) this.#keep(actions, now, slice, a, line, row)
    // An inclusive row is the way, and the line's data stay in it.
    if (actions & HomeAction.fill && llc.inclusive) llc.data.touch(llc.setOf(slice, line), row)
    if (row >= 0) {
      if (actions & HomeAction.lend) llc.lend(row)
      if (actions & HomeAction.lose) llc.lose(row)
      if (actions & HomeAction.discard) llc.data.drop(row)
    }
    if (actions & HomeAction.writeMemory) {
      if ((a & Keeps) !== 0 && !llc.inclusive) this.#keep(HomeAction.install, now, slice, a, line, -1)
      else this.#messages.memory(now, slice, Message.MemWrite, tileOf(a), line)
    }
    if (actions & HomeAction.giveWay) this.#giveWay(now, slice, line, row)
    if (actions & HomeAction.freeWay) llc.freeWay(slice, line)
  }

  /** Data came home: into the slice, or on to memory if a recall took the line's row of an inclusive one. */
  #keep(actions: number, now: number, slice: number, a: number, line: number, row: number): void {
    const type = typeOf(a)
    if (type === Message.RecallAck) return
    const dirty = (type >= Message.PutM && type <= Message.Write) || type === Message.RecallData || acksOf(a) === 1
    if (actions & HomeAction.keep && row < 0 && this.#llc.inclusive)
      return this.#messages.memory(now, slice, Message.MemWrite, 0, line)
    const out = this.#llc.install(this.#llc.setOf(slice, line), row, line, dirty)
    if (out !== Empty) this.#messages.memory(now, slice, Message.MemWrite, 0, out)
  }

  /** The line's way is for another one; in an inclusive slice its data go with it. */
  #giveWay(now: number, slice: number, line: number, row: number): void {
    if (!this.#llc.inclusive) {
      this.#llc.freeWay(slice, line)
      return
    }
    if (this.#llc.isDirty(row)) this.#messages.memory(now, slice, Message.MemWrite, 0, line)
    this.#llc.data.drop(row)
  }

  /** True if `line`, which nobody holds, has a way or can have one. */
  #findsWay(slice: number, line: number, row: number): boolean {
    return (this.#llc.inclusive && row >= 0) || this.#llc.freeable(this.#llc.waySetOf(slice, line)) >= 0
  }

  /** A way for `line`; the line that has it is recalled. */
  #takeWay(slice: number, line: number): void {
    const { ways } = this.#llc
    const set = this.#llc.waySetOf(slice, line)
    if (this.#llc.inclusive && ways.find(set, line) >= 0) return
    const way = this.#llc.freeable(set)
    const out = ways.tags[way]
    if (out !== Empty) this.#step(HomeEvent.Evict, slice, 0, out, this.#rowOf(slice, out))
    ways.fill(set, way, line, 0)
  }

  /** Request `a` waits for `line`: behind the others, unless it was the first of them already. */
  #stall(event: number, slice: number, a: number, line: number): void {
    if (event === HomeEvent.NoWay) this.#waiters.add(this.#llc.waySetOf(slice, line), line)
    this.#directory.wait(line, true)
    if (this.#replaying) this.#requests.addFirst(line, a)
    else this.#requests.add(line, a)
  }

  /** HO2: oldest first, until one of them makes the line busy again; if that one waits on, it stays the first. */
  #replay(slice: number, line: number): void {
    while (this.#directory.isDue(line)) {
      const a = this.#requests.take(line)
      if (!this.#requests.has(line)) this.#directory.wait(line, false)
      this.#replaying = true
      this.#arrive(slice, a, line)
      this.#replaying = false
    }
  }

  /** HO3: `line` is no longer busy, so that its way may go to one that waits for it. */
  #offer(slice: number, line: number): void {
    const set = this.#llc.waySetOf(slice, line)
    while (this.#waiters.has(set) && this.#llc.freeable(set) >= 0) {
      const waiter = this.#waiters.take(set)
      this.#step(HomeEvent.Way, slice, 0, waiter, this.#rowOf(slice, waiter))
    }
  }

  #rowOf(slice: number, line: number): number {
    return this.#llc.data.find(this.#llc.setOf(slice, line), line)
  }
}
