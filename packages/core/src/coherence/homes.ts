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
import type { Pages } from "../memory/pages.ts"
import type { Directory } from "./directory.ts"
import * as fromDirectory from "./directory.ts"
import { homeEventOf } from "./home-event.ts"
import { HomeMessages } from "./home-messages.ts"
import * as fromHomeProtocol from "./home-protocol.ts"
import { HomeReports } from "./home-reports.ts"
import * as fromLineArray from "./line-array.ts"
import { LineQueues } from "./line-queues.ts"
import { LlcSlices } from "./llc-slices.ts"
import { mesiDirectory } from "./mesi-directory.ts"
import * as fromMessage from "./message.ts"
import { moesiDirectory } from "./moesi-directory.ts"
import * as fromProtocolTable from "./protocol-table.ts"
import { impossible, type ProtocolTable } from "./protocol-table.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { NoOwner, ownerIn, stateIn } = fromDirectory
const { HomeAction, HomeEvent, HomeState, LastSettled, Serves, Shares, Stores } = fromHomeProtocol
const { None } = fromLineArray
const { acksOf, Keeps, Message, Source, tileOf, typeOf, Whole } = fromMessage
const { Impossible } = fromProtocolTable

/** Nobody has looked yet. */
const Unknown = -2

export class Homes {
  readonly owners: Int32Array // [slice] owner
  readonly hits: Float64Array // [slice] requests served with the slice's data
  readonly misses: Float64Array // [slice] lines fetched from memory
  /** An owner's answer to another tile comes here and goes on. */
  readonly passesData: boolean
  readonly table: ProtocolTable<string, string, string>
  readonly reports: HomeReports
  readonly #first: number
  readonly #kernel: Kernel
  readonly messages: HomeMessages
  readonly #directory: Directory
  readonly #llc: LlcSlices
  readonly #requests = new LineQueues() // [line] requests that wait until it is stable
  readonly #waiters = new LineQueues() // [way set] lines that wait for a way
  readonly #events: number
  #replaying = false
  #at = None // record of the line whose cell is performed
  #row = None // record of its data in the slice, None, or Unknown
  #free = None // the way that a line without one is going to have

  constructor(
    kernel: Kernel,
    interconnect: Interconnect,
    numbers: MachineNumbers,
    placement: Placement,
    pages: Pages,
    tileOwner: Int32Array
  ) {
    this.#kernel = kernel
    this.table = numbers.protocol === "moesi" ? moesiDirectory : mesiDirectory
    this.#events = this.table.events.length
    this.#llc = new LlcSlices(numbers, placement, pages)
    this.#directory = this.#llc.ways
    this.reports = new HomeReports(this.table, this.#llc, this.#requests, tileOwner.length)
    this.hits = new Float64Array(placement.slices)
    this.misses = new Float64Array(placement.slices)
    const arrive = kernel.define("home.arrive", (owner, a, line) => this.#arrive(owner - this.#first, a, line))
    this.owners = Int32Array.from({ length: placement.slices }, (_, slice) => {
      const owner = kernel.owner(`LLC slice ${slice}`)
      interconnect.attach(owner, placement.stopOfSlice(slice), arrive, numbers.llc.pipeline, numbers.memory.fill)
      return owner
    })
    this.#first = this.owners[0]
    this.messages = new HomeMessages(interconnect, this.#directory, this.owners, tileOwner)
    this.passesData = numbers.topology.answers === "by home"
  }

  /** Owner of the home of `line`: a slice of the node that holds it (PL1). */
  ownerOf(line: number): number {
    return this.owners[this.#llc.sliceOf(line)]
  }

  #arrive(slice: number, a: number, line: number): void {
    const type = typeOf(a)
    if (this.messages.passes(this.#kernel.now, slice, type, a, line)) return
    const directory = this.#directory
    const set = this.#llc.waySetOf(slice, line)
    const at = directory.look(set, line)
    const state = stateIn(directory.entryAt(at))
    // Whether the slice has the data matters to requests alone.
    const row = type <= Message.GetM && state <= HomeState.S ? this.#llc.dataOf(slice, line, at) : Unknown
    let event = homeEventOf(directory, a, at, row >= 0)
    if (event <= HomeEvent.GetMSharer) {
      if (state !== HomeState.I) {
        if (directory.isWay(at)) directory.touch(at)
      } else if (!this.#findsWay(set, row)) event = HomeEvent.NoWay
    }
    this.#step(event, slice, a, line, at, row)
  }

  /** One cell of the table: perform its actions, then go on with what waited for them. */
  #step(event: number, slice: number, a: number, line: number, at: number, row: number): void {
    const directory = this.#directory
    const entry = directory.entryAt(at)
    const before = stateIn(entry)
    const cell = before * this.#events + event
    const next = this.table.next[cell]
    if (next === Impossible) impossible(this.table, before, event, line)
    const actions = this.table.perform[cell]
    this.#at = at
    this.#row = row
    const owner = this.#perform(actions, event, slice, a, line, ownerIn(entry))
    this.#enter(line, next, next >= HomeState.E && next <= HomeState.M_U ? owner : NoOwner)
    const settles = before > LastSettled && next <= LastSettled && event !== HomeEvent.Way
    if (settles && this.#waiters.waiting > 0) this.#offer(slice, line)
    if (actions & HomeAction.replay && this.#requests.waiting > 0) this.#replay(slice, line)
  }

  /** `line`, whose record is at #at, is in `state` from now on. */
  #enter(line: number, state: number, owner: number): void {
    const directory = this.#directory
    if (state === HomeState.I) {
      if (this.#at >= 0 && !directory.isWay(this.#at)) return directory.release(this.#at)
    } else if (this.#at < 0) this.#at = directory.admit(line)
    directory.set(this.#at, state, owner)
  }

  /** The actions on messages and the directory, in an order that holds for every cell; the line's owner afterwards. */
  #perform(actions: number, event: number, slice: number, a: number, line: number, before: number): number {
    const directory = this.#directory
    const messages = this.messages
    const tile = tileOf(a)
    const now = this.#kernel.now
    const source = event === HomeEvent.MemData ? Source.dram : Source.llc
    let owner = before
    if (actions & HomeAction.stall) this.#stall(event, slice, a, line)
    if (actions & HomeAction.takeWay) this.#takeWay(slice, line)
    const at = this.#at
    if (actions & HomeAction.fetch) {
      this.misses[slice]++
      messages.memory(now, slice, Message.MemRead, tile, line)
    }
    if (actions & HomeAction.forwardGetS)
      messages.tell(now, slice, owner, Message.FwdGetS, tile, line, Source.coherence)
    if (actions & HomeAction.forwardGetM) messages.forwardGetM(now, slice, owner, a, line, 0)
    if (actions & HomeAction.forwardGetMAcks)
      messages.forwardGetM(now, slice, owner, a, line, messages.othersThan(at, tile))
    if (actions & HomeAction.addOwnerToSharers) {
      directory.addSharer(at, owner)
      owner = NoOwner
    }
    if (actions & HomeAction.sendDataE) messages.tell(now, slice, tile, Message.DataE, tile, line, source)
    if (actions & HomeAction.sendData) messages.tell(now, slice, tile, Message.Data, tile, line, source)
    if (actions & HomeAction.sendDataM) messages.grant(now, slice, tile, line, (a & Whole) === 0, 0, source)
    if (actions & HomeAction.sendDataAcks) {
      const needs = (a & Whole) === 0 && tile !== owner && !directory.isSharer(at, tile)
      messages.grant(now, slice, tile, line, needs, messages.othersThan(at, tile), source)
    }
    if (event <= HomeEvent.GetMSole && (actions & Serves) !== 0) this.#served(slice, line)
    if (actions & HomeAction.recall) messages.recall(now, slice, line, at)
    if (actions & Shares) {
      if (actions & HomeAction.invalidateSharers) messages.invalidate(now, slice, line, at, tile)
      if (actions & HomeAction.clearSharers) directory.clearSharers(at)
      if (actions & HomeAction.addSharer) directory.addSharer(at, tile)
      if (actions & HomeAction.removeSharer) directory.removeSharer(at, tile)
    }
    if (actions & HomeAction.setOwner) owner = tile
    if (actions & Stores) this.#store(actions, now, slice, a, line)
    if (actions & HomeAction.sendPutAck) messages.tell(now, slice, tile, Message.PutAck, tile, line, Source.llc)
    return owner
  }

  /** The slice's data, if it has them, have been of use. */
  #served(slice: number, line: number): void {
    const row = this.#rowOf(slice, line)
    if (row < 0) return
    this.hits[slice]++
    this.#llc.data.touch(row)
  }

  /** The actions on rows and memory. */
  #store(actions: number, now: number, slice: number, a: number, line: number): void {
    const llc = this.#llc
    if (actions & (HomeAction.install | HomeAction.keep)) this.#keep(actions, now, slice, a, line)
    // An inclusive row is the way, and the line's data stay in it.
    if (actions & HomeAction.fill && llc.inclusive) llc.data.touch(this.#rowOf(slice, line))
    if (actions & (HomeAction.lend | HomeAction.lose | HomeAction.discard)) {
      const row = this.#rowOf(slice, line)
      if (row >= 0) {
        if (actions & HomeAction.lend) llc.lend(row)
        if (actions & HomeAction.lose) llc.lose(row)
        if (actions & HomeAction.discard) llc.data.drop(row)
      }
    }
    if (actions & HomeAction.writeMemory) {
      if ((a & Keeps) !== 0 && !llc.inclusive) this.#install(now, slice, a, line, None)
      else this.messages.memory(now, slice, Message.MemWrite, tileOf(a), line)
    }
    if (actions & HomeAction.giveWay) this.#giveWay(now, slice, line)
    if (actions & HomeAction.freeWay) this.#freeWay()
  }

  /** Data came home: into the slice, or on to memory if a recall took the line's row of an inclusive one. */
  #keep(actions: number, now: number, slice: number, a: number, line: number): void {
    if (typeOf(a) === Message.RecallAck) return
    const row = this.#rowOf(slice, line)
    if (actions & HomeAction.keep && row < 0 && this.#llc.inclusive)
      return this.messages.memory(now, slice, Message.MemWrite, 0, line)
    this.#install(now, slice, a, line, row)
  }

  /** The data of message `a` go into the slice, which has the line in `row` or not. */
  #install(now: number, slice: number, a: number, line: number, row: number): void {
    const type = typeOf(a)
    const dirty = (type >= Message.PutM && type <= Message.Write) || type === Message.RecallData || acksOf(a) === 1
    const out = this.#llc.install(slice, row, line, dirty)
    if (out >= 0) this.messages.memory(now, slice, Message.MemWrite, 0, out)
  }

  /** The line's way is for another one; in an inclusive slice its data go with it. */
  #giveWay(now: number, slice: number, line: number): void {
    const directory = this.#directory
    if (this.#llc.isDirty(this.#at) && this.#llc.inclusive) this.messages.memory(now, slice, Message.MemWrite, 0, line)
    if (stateIn(directory.entryAt(this.#at)) === HomeState.I) directory.drop(this.#at)
    else this.#at = directory.displace(this.#at)
  }

  /** True if `line`, which nobody holds, has a way or can have one. */
  #findsWay(set: number, row: number): boolean {
    if (this.#llc.inclusive && row >= 0) return true
    this.#free = this.#directory.freeable(set)
    return this.#free >= 0
  }

  /** A way for the line at hand, unless it has one; the line that has it is recalled. */
  #takeWay(slice: number, line: number): void {
    const directory = this.#directory
    if (directory.isWay(this.#at)) return
    const row = this.#row
    const way = this.#free
    const out = directory.lineAt(way)
    if (out >= 0) this.#step(HomeEvent.Evict, slice, 0, out, way, Unknown)
    directory.fill(way, line, 0)
    this.#at = way
    this.#row = row
  }

  /** Nobody holds the line any more: its entry in a filter ends. */
  #freeWay(): void {
    if (!this.#llc.inclusive && this.#directory.isWay(this.#at)) this.#directory.drop(this.#at)
  }

  /** Request `a` waits for `line`: behind the others, unless it was the first of them already. */
  #stall(event: number, slice: number, a: number, line: number): void {
    if (event === HomeEvent.NoWay) this.#waiters.add(this.#llc.waySetOf(slice, line), line)
    if (this.#replaying) this.#requests.addFirst(line, a)
    else this.#requests.add(line, a)
  }

  /** HO2: oldest first, until one of them makes the line busy again; if that one waits on, it stays the first. */
  #replay(slice: number, line: number): void {
    while (this.#requests.has(line) && this.#stateOf(slice, line) <= LastSettled) {
      const a = this.#requests.take(line)
      this.#replaying = true
      this.#arrive(slice, a, line)
      this.#replaying = false
    }
  }

  /** HO3: `line` is no longer busy, so that its way may go to one that waits for it. */
  #offer(slice: number, line: number): void {
    const directory = this.#directory
    const set = this.#llc.waySetOf(slice, line)
    while (this.#waiters.has(set) && directory.freeable(set) >= 0) {
      const waiter = this.#waiters.take(set)
      this.#step(HomeEvent.Way, slice, 0, waiter, directory.look(set, waiter), Unknown)
    }
  }

  #stateOf(slice: number, line: number): number {
    const directory = this.#directory
    return stateIn(directory.entryAt(directory.look(this.#llc.waySetOf(slice, line), line)))
  }

  /** Record of the data of the line at hand. */
  #rowOf(slice: number, line: number): number {
    if (this.#row === Unknown) this.#row = this.#llc.dataOf(slice, line, this.#at)
    return this.#row
  }
}
