/**
 * The protocol tables as a finite machine: a few caches, one line or two, their home and memory. Messages between two
 * parties keep their order; those of different pairs, and of different lines, overtake each other at will.
 * Law: the tables alone decide; what an action does is what homes.ts and private-caches.ts do.
 *
 *   With one line, the home finds its ways taken, and takes the line's, whenever it could happen. With two, the home
 *   has one way for both, and a cache asks for one line only when it has let the other go.
 */
import { CacheAction, CacheEvent, CacheState, LastStable } from "@isolde/core/coherence/cache-protocol"
import { HomeAction, HomeEvent, HomeState, LastSettled } from "@isolde/core/coherence/home-protocol"
import { Message } from "@isolde/core/coherence/message"
import { Impossible, type ProtocolTable } from "@isolde/core/coherence/protocol-table"
import { describeSituation } from "./describe-situation.ts"
import { invariantBroken } from "./invariants.ts"
import { cacheEventOf, homeEventOf } from "./model-event.ts"
import { CacheFlag, Carries, HomeFlag, Nobody, Sent, Situation } from "./situation.ts"
import { Violation } from "./violation.ts"

export type Table = ProtocolTable<string, string, string>

export interface ModelOptions {
  readonly cache: Table
  readonly home: Table
  readonly inclusive: boolean
  readonly caches: number
  readonly lines?: 1 | 2
  /** Whether tiles overwrite whole lines, and write lines past the caches. Default true. */
  readonly wholeLines?: boolean
  /** Whether lines lose their ways to others. Default true. */
  readonly recalls?: boolean
}

/** What a tile does of its own accord. */
const Access = { load: 0, store: 1, storeWhole: 2, write: 3, replace: 4 } as const

export class ProtocolModel {
  readonly situation: Situation
  readonly cache: Table
  readonly home: Table
  readonly cacheCells: Uint8Array
  readonly homeCells: Uint8Array
  /** A channel that delivers nothing for now: a message on it may be as late as one likes. */
  held = -1
  readonly #inclusive: boolean
  readonly #wholeLines: boolean
  readonly #recalls: boolean
  readonly #base: Uint8Array
  readonly #sent = new Sent()
  readonly #out = new Sent()
  /** The home finds a way for the request that is being delivered. */
  #finds = true
  #replaying = false

  constructor({ cache, caches, home, inclusive, lines = 1, recalls = true, wholeLines = true }: ModelOptions) {
    this.situation = new Situation(caches, lines)
    this.cache = cache
    this.home = home
    this.#inclusive = inclusive
    this.#wholeLines = wholeLines
    this.#recalls = recalls
    this.#base = new Uint8Array(this.situation.bytes.length)
    this.cacheCells = new Uint8Array(cache.next.length)
    this.homeCells = new Uint8Array(home.next.length)
  }

  describe(): string {
    return describeSituation(this.situation)
  }

  /** Everything that can happen next, each in turn in `situation`. */
  expand(visit: () => void): void {
    const s = this.situation
    this.#base.set(s.bytes)
    let moves = 0
    const done = () => {
      invariantBroken(s, this.#inclusive)
      visit()
      s.bytes.set(this.#base)
    }
    for (let line = 0; line < s.lines; line++) {
      for (let channel = 0; channel < s.channelTo.length; channel++) {
        if (s.at(s.channelAt(line, channel)) === 0) continue
        moves++
        if (channel === this.held) continue
        this.#deliver(line, channel)
        done()
        if (s.lines === 1 && this.#recalls && this.#maySeeNoWay(line, channel)) {
          this.#finds = false
          this.#deliver(line, channel)
          this.#finds = true
          done()
        }
      }
      if (s.lines === 1 && s.at(s.homeAt(line)) === HomeState.I_W) {
        moves++
        this.#step(line, HomeEvent.Way)
        done()
      }
    }
    if (moves === 0) invariantBroken(s, this.#inclusive, true)
    for (let line = 0; line < s.lines; line++) {
      for (let c = 0; c < s.caches; c++) {
        for (let access: number = Access.load; access <= Access.replace; access++) {
          if (!this.#allows(line, c, access)) continue
          this.#access(line, c, access)
          done()
        }
      }
      if (this.#mayLose(line)) {
        this.#lose(line)
        done()
      }
      if (s.lines === 1 && this.#mayEvict(line)) {
        this.#step(line, HomeEvent.Evict)
        done()
      }
    }
  }

  /** Deliver one message, or give one way: false if nothing is under way. */
  settleOne(): boolean {
    const s = this.situation
    for (let line = 0; line < s.lines; line++) {
      for (let channel = 0; channel < s.channelTo.length; channel++) {
        if (s.at(s.channelAt(line, channel)) === 0) continue
        this.#deliver(line, channel)
        return true
      }
      if (s.lines === 1 && s.at(s.homeAt(line)) === HomeState.I_W) {
        this.#step(line, HomeEvent.Way)
        return true
      }
    }
    return false
  }

  #maySeeNoWay(line: number, channel: number): boolean {
    const s = this.situation
    if (s.channelTo[channel] !== s.home || s.at(s.homeAt(line)) !== HomeState.I) return false
    if (this.#inclusive && (s.at(s.homeAt(line) + 3) & HomeFlag.present) !== 0) return false
    s.read(s.channelAt(line, channel) + 1, this.#sent)
    return this.#sent.type === Message.GetS || this.#sent.type === Message.GetM
  }

  #allows(line: number, c: number, access: number): boolean {
    const s = this.situation
    const state = s.at(s.cacheAt(line, c))
    if (state > LastStable) return false
    if (access === Access.replace) return state !== CacheState.I
    if (!this.#wholeLines && (access === Access.storeWhole || access === Access.write)) return false
    if (access === Access.store) return state !== CacheState.M
    if (state !== CacheState.I || (access === Access.write && !this.#memoryIdle(line))) return false
    for (let other = 0; other < s.lines; other++) {
      if (other !== line && s.at(s.cacheAt(other, c)) !== CacheState.I) return false
    }
    return true
  }

  /** A non-inclusive slice may need the row for another line at any time. */
  #mayLose(line: number): boolean {
    const s = this.situation
    const present = (s.at(s.homeAt(line) + 3) & HomeFlag.present) !== 0
    return !this.#inclusive && present && this.#memoryIdle(line)
  }

  #mayEvict(line: number): boolean {
    const s = this.situation
    const home = s.homeAt(line)
    if (!this.#recalls || s.at(home) > LastSettled || !this.#memoryIdle(line)) return false
    return (s.at(home + 3) & HomeFlag.way) !== 0
  }

  /** Nobody begins to write to memory while another write is under way, or the machine would not be finite. */
  #memoryIdle(line: number): boolean {
    const s = this.situation
    return s.at(s.channelAt(line, this.#channel(s.home, s.memory))) === 0
  }

  #channel(from: number, to: number): number {
    const s = this.situation
    return s.channelOf[from * (s.caches + 2) + to] as number
  }

  #send(line: number, from: number, to: number, type: number, tile: number, acks = 0, flags = 0): void {
    const out = this.#out
    out.type = type
    out.tile = tile
    out.acks = acks
    out.flags = flags
    this.situation.append(this.situation.channelAt(line, this.#channel(from, to)), out)
  }

  #deliver(line: number, channel: number): void {
    const s = this.situation
    const to = s.channelTo[channel] as number
    s.takeFirst(s.channelAt(line, channel), this.#sent)
    const { acks, flags, tile, type } = this.#sent
    if (to === s.home) this.#atHome(line, type, tile, acks, flags)
    else if (to < s.caches) this.#atCache(line, to, type, tile, acks, flags)
    else if (type === Message.MemWrite) s.bytes[s.memoryAt(line)] = flags & Carries.latest
    else this.#send(line, s.memory, s.home, Message.MemData, tile, 0, s.at(s.memoryAt(line)))
  }

  // The tile's side.

  #access(line: number, c: number, access: number): void {
    const s = this.situation
    const at = s.cacheAt(line, c)
    const event =
      access === Access.load
        ? CacheEvent.load
        : access === Access.write
          ? CacheEvent.write
          : access === Access.replace
            ? CacheEvent.replace
            : CacheEvent.store
    const latest = (s.at(at + 2) & CacheFlag.latest) !== 0 ? Carries.latest : 0
    const asked = s.at(at) === CacheState.I
    const whole = access === Access.storeWhole && asked ? Carries.whole : 0
    const actions = this.#cacheStep(line, c, event)
    if (asked && access === Access.storeWhole) s.bytes[at + 2] = CacheFlag.whole
    if (actions & CacheAction.sendGetS) this.#send(line, c, s.home, Message.GetS, c)
    if (actions & CacheAction.sendGetM) this.#send(line, c, s.home, Message.GetM, c, 0, whole)
    if (actions & CacheAction.sendPutS) this.#send(line, c, s.home, Message.PutS, c)
    if (actions & CacheAction.sendPutE) this.#send(line, c, s.home, Message.PutE, c, 0, latest)
    if (actions & CacheAction.sendPutM) this.#send(line, c, s.home, Message.PutM, c, 0, latest | Carries.dirty)
    if (actions & CacheAction.sendPutO) this.#send(line, c, s.home, Message.PutO, c, 0, latest | Carries.dirty)
    if (actions & CacheAction.sendWrite) this.#send(line, c, s.home, Message.Write, c)
    if (actions & CacheAction.hit && event === CacheEvent.store) this.#stored(line, c)
  }

  /** A store makes every other copy an old one. */
  #stored(line: number, c: number): void {
    const s = this.situation
    for (let other = 0; other < s.caches; other++) s.lower(s.cacheAt(line, other) + 2, CacheFlag.latest)
    if (c !== Nobody) s.raise(s.cacheAt(line, c) + 2, CacheFlag.latest)
    s.lower(s.homeAt(line) + 3, HomeFlag.latest)
    s.bytes[s.memoryAt(line)] = 0
    s.outdate(line)
  }

  #atCache(line: number, c: number, type: number, tile: number, acks: number, flags: number): void {
    const s = this.situation
    const at = s.cacheAt(line, c)
    const event = cacheEventOf(s, at, type, acks)
    const before = s.at(at)
    const actions = this.#cacheStep(line, c, event)
    if (actions & CacheAction.stall) {
      if (s.at(at + 3) !== 0) throw new Violation("PC3: two messages wait for one miss")
      const sent = this.#out
      Object.assign(sent, { type, tile, acks, flags })
      s.write(at + 3, sent)
      return
    }
    const carries = type === Message.Data || type === Message.DataE || type === Message.DataAcks
    const had = before === CacheState.SM_AD || before === CacheState.OM_AC
    // Data for one who has the line already (an upgrade) are not looked at.
    if (carries && !had && (flags & Carries.latest) !== 0) s.raise(at + 2, CacheFlag.latest)
    const latest = (s.at(at + 2) & CacheFlag.latest) !== 0 ? Carries.latest : 0
    if (actions & CacheAction.sendData) {
      const granted = (flags & Carries.whole) !== 0
      const kind = granted ? Message.Grant : acks > 0 ? Message.DataAcks : Message.Data
      this.#send(line, c, tile, kind, c, acks, granted ? 0 : latest)
    }
    if (actions & CacheAction.sendInvAck) this.#send(line, c, tile, Message.InvAck, c)
    const dirty = before === CacheState.M || before === CacheState.MI_A ? Carries.dirty : 0
    if (actions & CacheAction.sendDataHome) this.#send(line, c, s.home, Message.DataHome, c, 0, latest | dirty)
    if (actions & CacheAction.sendOwned) this.#send(line, c, s.home, Message.Owned, c)
    if (actions & CacheAction.sendRecallAck) this.#send(line, c, s.home, Message.RecallAck, c)
    if (actions & CacheAction.sendRecallData)
      this.#send(line, c, s.home, Message.RecallData, c, 0, latest | Carries.dirty)
    if (actions & CacheAction.drop || s.at(at) === CacheState.I || s.at(at) >= CacheState.SI_A)
      s.lower(at + 2, CacheFlag.latest)
    if (actions & CacheAction.fill) this.#filled(line, c)
  }

  /** Whoever waits uses the line before a stalled message takes it away. */
  #filled(line: number, c: number): void {
    const s = this.situation
    const at = s.cacheAt(line, c)
    const flags = s.at(at + 2)
    if ((flags & (CacheFlag.latest | CacheFlag.whole)) === 0) throw new Violation("an old value is used")
    s.bytes[at + 1] = 8
    s.bytes[at + 2] = flags & CacheFlag.latest
    if (s.at(at) === CacheState.M) this.#stored(line, c)
    if (s.at(at + 3) === 0) return
    s.read(at + 3, this.#sent)
    const { acks, flags: carried, tile, type } = this.#sent
    s.bytes.fill(0, at + 3, at + 6)
    this.#atCache(line, c, type, tile, acks, carried)
  }

  #cacheStep(line: number, c: number, event: number): number {
    const s = this.situation
    const at = s.cacheAt(line, c)
    const cell = s.at(at) * this.cache.events.length + event
    this.cacheCells[cell] = 1
    const next = this.cache.next[cell] as number
    if (next === Impossible) throw new Violation(`PT1: ${this.cache.states[s.at(at)]} x ${this.cache.events[event]}`)
    const actions = this.cache.perform[cell] as number
    if ((actions & CacheAction.stall) === 0) s.bytes[at] = next
    return actions
  }

  // The home's side.

  #atHome(line: number, type: number, tile: number, acks: number, flags: number): void {
    const s = this.situation
    const home = s.homeAt(line)
    let event = homeEventOf(s, line, type, tile, flags)
    if (event <= HomeEvent.GetMSharer && s.at(home) === HomeState.I && !this.#findsWay(line)) event = HomeEvent.NoWay
    this.#step(line, event, type, tile, acks, flags)
  }

  #step(line: number, event: number, type = 0, tile = 0, acks = 0, flags = 0): void {
    const s = this.situation
    const home = s.homeAt(line)
    const before = s.at(home)
    const cell = before * this.home.events.length + event
    this.homeCells[cell] = 1
    const next = this.home.next[cell] as number
    if (next === Impossible) throw new Violation(`PT1: ${this.home.states[before]} x ${this.home.events[event]}`)
    const actions = this.home.perform[cell] as number
    this.#perform(actions, line, event, type, tile, acks, flags)
    s.bytes[home] = next
    if (next < HomeState.E || next > HomeState.O) s.bytes[home + 1] = Nobody
    const settled = before > LastSettled && next <= LastSettled && event !== HomeEvent.Way
    if (s.lines > 1 && settled) this.#offer()
    if (actions & HomeAction.replay) this.#replay(line)
  }

  #perform(actions: number, line: number, event: number, type: number, tile: number, acks: number, flags: number) {
    const s = this.situation
    const home = s.homeAt(line)
    const owner = s.at(home + 1)
    const slice = s.at(home + 3)
    const whole = (flags & Carries.whole) !== 0
    const fromMemory = event === HomeEvent.MemData
    const latest = fromMemory
      ? flags & Carries.latest
      : (slice & HomeFlag.present) !== 0 && (slice & HomeFlag.latest) !== 0
        ? Carries.latest
        : 0
    const tell = (to: number, message: number, count = 0, carried = 0) =>
      this.#send(line, s.home, to, message, tile, count, carried)
    const others = () => countOf(s.at(home + 2) & ~(1 << tile))
    if (actions & HomeAction.stall) this.#stall(line, event, type, tile, acks, flags)
    if (actions & HomeAction.takeWay) this.#takeWay(line)
    if (actions & HomeAction.fetch) this.#send(line, s.home, s.memory, Message.MemRead, tile)
    if (actions & HomeAction.forwardGetS) tell(owner, Message.FwdGetS)
    if (actions & HomeAction.forwardGetM) tell(owner, Message.FwdGetM, 0, flags & Carries.whole)
    if (actions & HomeAction.forwardGetMAcks) tell(owner, Message.FwdGetM, others(), flags & Carries.whole)
    if (actions & HomeAction.addOwnerToSharers) {
      s.raise(home + 2, 1 << owner)
      s.bytes[home + 1] = Nobody
    }
    if (actions & HomeAction.sendDataE) tell(tile, Message.DataE, 0, latest)
    if (actions & HomeAction.sendData) tell(tile, Message.Data, 0, latest)
    if (actions & HomeAction.sendDataM) tell(tile, whole ? Message.Grant : Message.Data, 0, whole ? 0 : latest)
    if (actions & HomeAction.sendDataAcks) {
      const needs = !whole && owner !== tile && ((s.at(home + 2) >> tile) & 1) === 0
      const acks = others()
      tell(tile, !needs ? Message.Grant : acks > 0 ? Message.DataAcks : Message.Data, acks, needs ? latest : 0)
    }
    for (let c = 0; c < s.caches; c++) {
      if (((s.at(home + 2) >> c) & 1) === 0) continue
      if (actions & HomeAction.recall) this.#send(line, s.home, c, Message.Recall, c)
      if (actions & HomeAction.invalidateSharers && c !== tile) tell(c, Message.Inv)
    }
    if (actions & HomeAction.clearSharers) s.bytes[home + 2] = 0
    if (actions & HomeAction.addSharer) s.raise(home + 2, 1 << tile)
    if (actions & HomeAction.removeSharer) s.lower(home + 2, 1 << tile)
    if (actions & HomeAction.setOwner) s.bytes[home + 1] = tile
    this.#store(actions, line, type, flags)
    if (actions & HomeAction.sendPutAck) tell(tile, Message.PutAck)
  }

  #store(actions: number, line: number, type: number, flags: number): void {
    const s = this.situation
    const slice = s.homeAt(line) + 3
    const put = (present: number) => {
      s.bytes[slice] = (s.at(slice) & HomeFlag.way) | present
    }
    const brought = (flags & Carries.latest) !== 0 ? HomeFlag.latest : 0
    const dirty = (flags & Carries.dirty) !== 0 ? HomeFlag.dirty : 0
    const present = (s.at(slice) & HomeFlag.present) !== 0
    const keeps = (actions & HomeAction.keep) !== 0 && type !== Message.RecallAck
    if (keeps && this.#inclusive && (s.at(slice) & HomeFlag.way) === 0)
      this.#send(line, s.home, s.memory, Message.MemWrite, 0, 0, flags & Carries.latest)
    else if (keeps || actions & HomeAction.install)
      put(HomeFlag.present | brought | dirty | (present ? s.at(slice) & HomeFlag.dirty : 0))
    if (actions & HomeAction.fill && this.#inclusive) put(HomeFlag.present | brought)
    if (actions & HomeAction.lend && present && !this.#inclusive && (s.at(slice) & HomeFlag.dirty) === 0) put(0)
    if (actions & HomeAction.lose && present) put(this.#inclusive ? s.at(slice) & ~HomeFlag.dirty : 0)
    if (actions & HomeAction.discard) s.bytes[slice] = this.#inclusive ? 0 : s.at(slice) & HomeFlag.way
    if (actions & HomeAction.writeMemory) {
      this.#stored(line, Nobody)
      this.#send(line, s.home, s.memory, Message.MemWrite, 0, 0, Carries.latest)
    }
    if (actions & HomeAction.giveWay) {
      if (this.#inclusive) this.#lose(line)
      s.lower(slice, HomeFlag.way)
    }
    if (actions & HomeAction.freeWay && !this.#inclusive) s.lower(slice, HomeFlag.way)
  }

  /** The slice's row is needed for another line. */
  #lose(line: number): void {
    const s = this.situation
    const slice = s.homeAt(line) + 3
    const latest = (s.at(slice) & HomeFlag.latest) !== 0 ? Carries.latest : 0
    if (s.at(slice) & HomeFlag.dirty) this.#send(line, s.home, s.memory, Message.MemWrite, 0, 0, latest)
    s.bytes[slice] = s.at(slice) & HomeFlag.way
  }

  #stall(line: number, event: number, type: number, tile: number, acks: number, flags: number): void {
    const s = this.situation
    if (event === HomeEvent.NoWay && s.lines > 1) {
      const count = s.at(s.waitersAt)
      s.bytes[s.waitersAt + 1 + count] = line
      s.bytes[s.waitersAt] = count + 1
    }
    Object.assign(this.#out, { type, tile, acks, flags })
    if (this.#replaying) s.prepend(s.homeAt(line) + 4, this.#out)
    else s.append(s.homeAt(line) + 4, this.#out)
  }

  #replay(line: number): void {
    const s = this.situation
    const waiting = s.homeAt(line) + 4
    while (s.at(waiting) > 0 && s.at(s.homeAt(line)) <= LastSettled) {
      s.takeFirst(waiting, this.#sent)
      const { acks, flags, tile, type } = this.#sent
      this.#replaying = true
      this.#atHome(line, type, tile, acks, flags)
      this.#replaying = false
    }
  }

  /** The line that has the only way, or -1. */
  #holder(): number {
    const s = this.situation
    for (let line = 0; line < s.lines; line++) if (s.at(s.homeAt(line) + 3) & HomeFlag.way) return line
    return -1
  }

  #findsWay(line: number): boolean {
    const s = this.situation
    if (s.at(s.homeAt(line) + 3) & HomeFlag.way) return true
    if (s.lines === 1) return this.#finds
    const holder = this.#holder()
    return holder < 0 || s.at(s.homeAt(holder)) <= LastSettled
  }

  #takeWay(line: number): void {
    const s = this.situation
    const slice = s.homeAt(line) + 3
    if (s.at(slice) & HomeFlag.way) return
    const holder = this.#holder()
    if (holder >= 0) this.#step(holder, HomeEvent.Evict)
    s.raise(slice, HomeFlag.way)
  }

  /** The way goes to the line that has waited longest. */
  #offer(): void {
    const s = this.situation
    while (s.at(s.waitersAt) > 0) {
      const line = s.at(s.waitersAt + 1)
      if (!this.#findsWay(line)) return
      s.bytes.copyWithin(s.waitersAt + 1, s.waitersAt + 2, s.waitersAt + 1 + s.lines)
      const count = s.at(s.waitersAt) - 1
      s.bytes[s.waitersAt + 1 + count] = 0
      s.bytes[s.waitersAt] = count
      this.#step(line, HomeEvent.Way)
    }
  }
}

const countOf = (bits: number): number => {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}
