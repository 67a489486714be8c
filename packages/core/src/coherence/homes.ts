/**
 * The homes: one directory and one LLC slice per owner, driven by the table in mesi-directory.ts. The
 * directory remembers every line that a tile holds (a snoop filter without evictions); the slice holds data.
 * Requests that must wait stand in one line per cache line, first come first served.
 *
 *   HO1  a line's owner and sharers are what the messages sent so far imply
 *   HO2  a request that waits is replayed as soon as its line is stable again
 */
import type { Interconnect } from "../interconnect/interconnect.ts"
import type { Placement } from "../interconnect/placement.ts"
import type { Kernel } from "../kernel/kernel.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import { Cache, Empty } from "../memory/cache.ts"
import type { MemoryChannels } from "../memory/channel.ts"
import type { Pages } from "../memory/pages.ts"
import { HomeAction, HomeEvent, HomeState, mesiDirectory } from "./mesi-directory.ts"
import { acksOf, Message, pack, Source, tileOf, typeOf } from "./message.ts"
import { Impossible, impossible } from "./protocol-table.ts"
import { StalledRequests } from "./stalled-requests.ts"

const EVENTS = mesiDirectory.events.length
const DIRTY = 1
const NoOwner = 0xfff

export class Homes {
  readonly owners: Int32Array // [slice] owner
  readonly hits: Float64Array // [slice] requests served with the slice's data
  readonly misses: Float64Array // [slice] lines fetched from memory
  readonly invalidations: Float64Array // [slice] Inv sent
  readonly #first: number
  readonly #placement: Placement
  readonly #pages: Pages
  readonly #kernel: Kernel
  readonly #interconnect: Interconnect
  readonly #data: Cache // sets of all slices, one after another
  readonly #setsPerSlice: number
  readonly #words: number
  readonly #directory: Int32Array // [line] state | owner << 4 | fetched << 16
  readonly #sharers: Int32Array // [line][tile / 32] bit per tile
  readonly #stalled = new StalledRequests()
  readonly #tileOwner: Int32Array // [tile] owner
  #channels: MemoryChannels | undefined

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
    this.#interconnect = interconnect
    this.#placement = placement
    this.#pages = pages
    this.#setsPerSlice = numbers.llc.sets
    this.#data = new Cache(slices * numbers.llc.sets, numbers.llc.ways)
    this.#words = (tileOwner.length + 31) >>> 5
    this.#directory = new Int32Array(lines).fill(HomeState.I | (NoOwner << 4))
    this.#sharers = new Int32Array(lines * this.#words)
    this.#tileOwner = tileOwner
    this.hits = new Float64Array(slices)
    this.misses = new Float64Array(slices)
    this.invalidations = new Float64Array(slices)
    const arrive = kernel.define("home.arrive", (owner, a, line) => this.#arrive(owner - this.#first, a, line))
    this.owners = Int32Array.from({ length: slices }, (_, slice) => {
      const owner = kernel.owner(`LLC slice ${slice}`)
      interconnect.attach(owner, placement.stopOfSlice(slice), arrive, numbers.llc.pipeline, numbers.memory.fill)
      return owner
    })
    this.#first = this.owners[0]
  }

  connect(channels: MemoryChannels): void {
    this.#channels = channels
  }

  /** Owner of the home of `line`: a slice of the node that holds it (PL1). */
  ownerOf(line: number): number {
    return this.owners[this.#sliceOf(line)]
  }

  /** Every request that waits, for a watchdog: "GetM of tile 3 for line 71". */
  describeStalled(): Array<string> {
    return this.#stalled.describe()
  }

  /** What the directory knows of `line`, for those who check it: state, owner (or -1), and the tiles that share it. */
  entryOf(line: number): { readonly state: number; readonly owner: number; readonly sharers: ReadonlyArray<number> } {
    const owner = (this.#directory[line] >>> 4) & NoOwner
    const sharers = Array.from(this.#tileOwner.keys()).filter((tile) => this.#isSharer(line, tile))
    return { state: this.#directory[line] & 15, owner: owner === NoOwner ? -1 : owner, sharers }
  }

  #sliceOf(line: number): number {
    return this.#placement.sliceOf(this.#nodeOf(line), line)
  }

  #nodeOf(line: number): number {
    return this.#placement.nodes === 1 ? 0 : this.#pages.nodeOfLine(line)
  }

  #setOf(slice: number, line: number): number {
    return (
      slice * this.#setsPerSlice + (((line / this.#placement.slicesOf(this.#nodeOf(line))) | 0) % this.#setsPerSlice)
    )
  }

  #arrive(slice: number, a: number, line: number): void {
    const tile = tileOf(a)
    const entry = this.#directory[line]
    const state = entry & 15
    const set = this.#setOf(slice, line)
    const row = this.#data.find(set, line)
    const event = this.#eventOf(typeOf(a), state, line, tile, entry, row)
    const at = state * EVENTS + event
    const next = mesiDirectory.next[at]
    if (next === Impossible) impossible(mesiDirectory, state, event, line)
    this.#perform(mesiDirectory.perform[at], next, slice, set, row, a, line, tile, entry)
  }

  #eventOf(type: number, state: number, line: number, tile: number, entry: number, row: number): number {
    switch (type) {
      case Message.GetS:
        return row < 0 && state <= HomeState.S ? HomeEvent.GetSMiss : HomeEvent.GetS
      case Message.GetM:
        return row < 0 && (state === HomeState.I || (state === HomeState.S && !this.#isSharer(line, tile)))
          ? HomeEvent.GetMMiss
          : HomeEvent.GetM
      case Message.PutS:
        return this.#isSharer(line, tile) && this.#sharerCount(line) === 1 ? HomeEvent.PutSLast : HomeEvent.PutS
      case Message.PutE:
      case Message.PutM:
        return (state === HomeState.E || state === HomeState.M) && ((entry >>> 4) & NoOwner) === tile
          ? HomeEvent.PutOwner
          : HomeEvent.PutStale
      case Message.DataHome:
        return HomeEvent.Data
      default:
        return HomeEvent.MemData
    }
  }

  #perform(
    actions: number,
    next: number,
    slice: number,
    set: number,
    row: number,
    a: number,
    line: number,
    tile: number,
    entry: number
  ): void {
    const home = this.owners[slice]
    const now = this.#kernel.now
    const fetched = (entry >>> 16) & 1
    let owner = (entry >>> 4) & NoOwner
    let source: Source = fetched === 1 ? Source.dram : Source.llc
    if (actions & HomeAction.stall) this.#stalled.add(line, a)
    if (actions & HomeAction.fetch) {
      this.misses[slice]++
      this.#interconnect.send(now, home, this.#channelOf(line), pack(Message.MemRead, tile, 0, Source.dram), line)
    }
    if (actions & HomeAction.forwardGetS) this.#tell(now, home, owner, Message.FwdGetS, tile, 0, line, Source.coherence)
    if (actions & HomeAction.forwardGetM) this.#tell(now, home, owner, Message.FwdGetM, tile, 0, line, Source.coherence)
    if (actions & HomeAction.addOwnerToSharers) {
      this.#addSharer(line, owner)
      owner = NoOwner
    }
    if (actions & HomeAction.sendDataE) this.#tell(now, home, tile, Message.DataE, tile, 0, line, source)
    if (actions & HomeAction.sendData) this.#tell(now, home, tile, Message.Data, tile, 0, line, source)
    if (actions & HomeAction.sendDataAcks) {
      const acks = this.#sharerCount(line) - (this.#isSharer(line, tile) ? 1 : 0)
      if (acks > 0) source = Source.coherence
      this.#tell(now, home, tile, acks > 0 ? Message.DataAcks : Message.Data, tile, acks, line, source)
    }
    if (actions & HomeAction.invalidateSharers) this.#invalidate(now, slice, line, tile)
    if (actions & HomeAction.clearSharers)
      for (let w = 0; w < this.#words; w++) this.#sharers[line * this.#words + w] = 0
    if (actions & HomeAction.addSharer) this.#addSharer(line, tile)
    if (actions & HomeAction.removeSharer) this.#sharers[line * this.#words + (tile >>> 5)] &= ~(1 << (tile & 31))
    if (actions & HomeAction.setOwner) owner = tile
    if (actions & HomeAction.install) this.#install(now, slice, set, row, line, a)
    if (actions & HomeAction.sendPutAck) this.#tell(now, home, tile, Message.PutAck, tile, 0, line, Source.llc)
    if (next === HomeState.I) owner = NoOwner
    // A fetch marks the line until the request that asked for it has been served.
    const mark = typeOf(a) === Message.MemData ? 1 : 0
    this.#directory[line] = next | (owner << 4) | (mark << 16)
    if (row >= 0 && (actions & (HomeAction.sendDataE | HomeAction.sendData | HomeAction.sendDataAcks)) !== 0) {
      this.hits[slice] += 1 - fetched
      this.#data.touch(set, row)
    }
    if (actions & HomeAction.replay) this.#replay(slice, line)
  }

  /** HO2: oldest first, until one of them makes the line busy again and waits once more. */
  #replay(slice: number, line: number): void {
    for (let waiting = this.#stalled.count(line); waiting > 0; waiting--)
      this.#arrive(slice, this.#stalled.take(line), line)
  }

  #install(now: number, slice: number, set: number, row: number, line: number, a: number): void {
    const data = this.#data
    const type = typeOf(a)
    const dirty = type === Message.PutM || (type === Message.DataHome && acksOf(a) === 1) ? DIRTY : 0
    if (row >= 0) {
      data.state[row] |= dirty
      data.touch(set, row)
      return
    }
    const victim = data.victim(set)
    const out = data.tags[victim]
    if (out !== Empty && data.state[victim] === DIRTY) {
      this.#interconnect.send(
        now,
        this.owners[slice],
        this.#channelOf(out),
        pack(Message.MemWrite, 0, 0, Source.dram),
        out
      )
    }
    data.fill(set, victim, line, dirty)
  }

  #invalidate(now: number, slice: number, line: number, requester: number): void {
    for (let word = 0; word < this.#words; word++) {
      let bits = this.#sharers[line * this.#words + word]
      while (bits !== 0) {
        const bit = bits & -bits
        bits ^= bit
        const tile = word * 32 + 31 - Math.clz32(bit)
        if (tile === requester) continue
        this.invalidations[slice]++
        this.#tell(now, this.owners[slice], tile, Message.Inv, requester, 0, line, Source.coherence)
      }
    }
  }

  #tell(
    now: number,
    home: number,
    to: number,
    type: Message,
    tile: number,
    acks: number,
    line: number,
    source: Source
  ): void {
    this.#interconnect.send(now, home, this.#tileOwner[to], pack(type, tile, acks, source), line)
  }

  #channelOf(line: number): number {
    return (this.#channels as MemoryChannels).ownerOf(line)
  }

  #isSharer(line: number, tile: number): boolean {
    return ((this.#sharers[line * this.#words + (tile >>> 5)] >>> (tile & 31)) & 1) === 1
  }

  #addSharer(line: number, tile: number): void {
    this.#sharers[line * this.#words + (tile >>> 5)] |= 1 << (tile & 31)
  }

  #sharerCount(line: number): number {
    let count = 0
    for (let word = 0; word < this.#words; word++) {
      for (let bits = this.#sharers[line * this.#words + word]; bits !== 0; bits &= bits - 1) count++
    }
    return count
  }
}
