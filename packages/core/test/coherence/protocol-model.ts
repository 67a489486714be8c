/**
 * The protocol tables as a finite machine: a few caches, one line, its home and its memory. Messages between
 * two parties keep their order; messages of different pairs overtake each other at will.
 * Law: the tables alone decide; what an action does is what homes.ts and private-caches.ts do.
 */
import { CacheAction, CacheEvent, CacheState, mesiCache } from "@isolde/core/coherence/mesi-cache"
import { HomeAction, HomeEvent, HomeState, mesiDirectory } from "@isolde/core/coherence/mesi-directory"
import { Message } from "@isolde/core/coherence/message"
import { Impossible } from "@isolde/core/coherence/protocol-table"
import { type CacheSide, copyOf, type HomeSide, identity, type Sent, type Situation } from "./protocol-situation.ts"

/** What a run through the tables may not do. */
export class Violation extends Error {}

/** Cells that were reached, as "state x event". */
export interface Coverage {
  readonly cache: Set<string>
  readonly home: Set<string>
}

const isStable = (state: number): boolean => state <= CacheState.M
const owns = (state: number): boolean => state === CacheState.E || state === CacheState.M
const reads = (state: number): boolean =>
  (state >= CacheState.S && state <= CacheState.M) || state === CacheState.SM_AD || state === CacheState.SM_A

export class ProtocolModel {
  readonly caches: number
  readonly coverage: Coverage = { cache: new Set(), home: new Set() }
  readonly #evicts: boolean
  readonly #home: number
  readonly #memory: number
  readonly #parties: number

  /** `evicts`: the slice may lose the line at any time. */
  constructor(caches: number, { evicts = true }: { readonly evicts?: boolean } = {}) {
    this.caches = caches
    this.#evicts = evicts
    this.#home = caches
    this.#memory = caches + 1
    this.#parties = caches + 2
  }

  /** Nobody holds the line. */
  initial(): Situation {
    return {
      caches: Array.from({ length: this.caches }, () => ({
        state: CacheState.I,
        acks: 0,
        counted: false,
        stalled: undefined,
        latest: false
      })),
      home: { state: HomeState.I, owner: -1, sharers: 0, present: false, latest: false, dirty: false, waiting: [] },
      memoryLatest: true,
      channels: Array.from({ length: this.#parties * this.#parties }, () => [])
    }
  }

  /** Everything that can happen next: each is applied to a copy. */
  successors(from: Situation): Array<Situation> {
    const next: Array<Situation> = []
    const branch = (apply: (copy: Situation) => void) => {
      const copy = copyOf(from)
      apply(copy)
      this.#check(copy)
      next.push(copy)
    }
    for (const [c, cache] of from.caches.entries()) {
      for (const event of [CacheEvent.load, CacheEvent.store]) {
        if (isStable(cache.state)) branch((s) => this.#access(s, c, event))
      }
      if (isStable(cache.state) && cache.state !== CacheState.I) branch((s) => this.#access(s, c, CacheEvent.replace))
    }
    // One line at a time is on its way to memory, or the machine would not be finite.
    const writing = from.channels[this.#home * this.#parties + this.#memory]?.length ?? 0
    if (this.#evicts && from.home.present && writing === 0) branch((s) => this.#evict(s))
    for (const [channel, queue] of from.channels.entries()) {
      if (queue.length > 0) branch((s) => this.#deliver(s, channel))
    }
    return next
  }

  /** Nothing is under way: then nobody waits. */
  isQuiescent(s: Situation): boolean {
    if (s.channels.some((queue) => queue.length > 0)) return false
    const waits = s.caches.some((cache) => !isStable(cache.state)) || s.home.waiting.length > 0
    if (waits) throw new Violation(`deadlock: ${identity(s)}`)
    return true
  }

  #send(s: Situation, from: number, to: number, type: Message, tile: number, acks = 0, latest = false): void {
    s.channels[from * this.#parties + to]?.push({ type, tile, acks, latest })
  }

  #deliver(s: Situation, channel: number): void {
    const message = s.channels[channel]?.shift() as Sent
    const to = channel % this.#parties
    if (to === this.#home) this.#atHome(s, message)
    else if (to === this.#memory) this.#atMemory(s, message)
    else this.#atCache(s, to, message)
  }

  #atMemory(s: Situation, message: Sent): void {
    if (message.type === Message.MemWrite) s.memoryLatest = message.latest
    else this.#send(s, this.#memory, this.#home, Message.MemData, message.tile, 0, s.memoryLatest)
  }

  /** The processor loads, stores, or needs the room. */
  #access(s: Situation, c: number, event: number): void {
    const cache = s.caches[c] as CacheSide
    const actions = this.#step(cache, event)
    if (actions & CacheAction.sendGetS) this.#send(s, c, this.#home, Message.GetS, c)
    if (actions & CacheAction.sendGetM) this.#send(s, c, this.#home, Message.GetM, c)
    if (actions & CacheAction.sendPutS) this.#send(s, c, this.#home, Message.PutS, c, 0, cache.latest)
    if (actions & CacheAction.sendPutE) this.#send(s, c, this.#home, Message.PutE, c, 0, cache.latest)
    if (actions & CacheAction.sendPutM) this.#send(s, c, this.#home, Message.PutM, c, 0, cache.latest)
    if (actions & CacheAction.hit) this.#performed(s, cache, event)
  }

  /** A load that hits reads the last store; a store makes every other copy an old one. */
  #performed(s: Situation, cache: CacheSide, event: number): void {
    if (!cache.latest) throw new Violation(`an old value is used: ${identity(s)}`)
    if (event !== CacheEvent.store) return
    const old = (sent: Sent): Sent => ({ ...sent, latest: false })
    for (const other of s.caches) {
      other.latest = other === cache
      if (other.stalled !== undefined) other.stalled = old(other.stalled)
    }
    s.home.latest = false
    s.memoryLatest = false
    for (const [channel, queue] of s.channels.entries()) s.channels[channel] = queue.map(old)
  }

  #atCache(s: Situation, c: number, message: Sent): void {
    const cache = s.caches[c] as CacheSide
    const before = cache.state
    const event = cacheEvent(cache, message)
    const actions = this.#step(cache, event)
    if (actions & CacheAction.stall) {
      if (cache.stalled !== undefined) throw new Violation(`PC3: two messages stall: ${identity(s)}`)
      cache.stalled = message
      return
    }
    const carried = message.type === Message.Data || message.type === Message.DataE || message.type === Message.DataAcks
    // Data for one who has the line already (an upgrade) are not looked at.
    if (carried && !reads(before)) cache.latest = message.latest
    if (actions & CacheAction.sendData) this.#send(s, c, message.tile, Message.Data, c, 0, cache.latest)
    if (actions & CacheAction.sendInvAck) this.#send(s, c, message.tile, Message.InvAck, c)
    if (actions & CacheAction.sendDataHome) this.#send(s, c, this.#home, Message.DataHome, c, 0, cache.latest)
    if ((actions & CacheAction.fill) === 0) return
    cache.acks = 0
    cache.counted = false
    // Whoever waits uses the line before a stalled message takes it away.
    this.#performed(s, cache, cache.state === CacheState.M ? CacheEvent.store : CacheEvent.load)
    const { stalled } = cache
    cache.stalled = undefined
    if (stalled !== undefined) this.#atCache(s, c, stalled)
  }

  #atHome(s: Situation, message: Sent): void {
    const { home } = s
    const { tile } = message
    const event = homeEvent(home, message)
    const at = home.state * mesiDirectory.events.length + event
    const next = mesiDirectory.next[at] as number
    const cell = `${mesiDirectory.states[home.state]} x ${mesiDirectory.events[event]}`
    this.coverage.home.add(cell)
    if (next === Impossible) throw new Violation(`PT1: ${cell}: ${identity(s)}`)
    const actions = mesiDirectory.perform[at] as number
    const tell = (to: number, type: Message, acks = 0) =>
      this.#send(s, this.#home, to, type, tile, acks, home.present && home.latest)
    if (actions & HomeAction.stall) home.waiting.push(message)
    if (actions & HomeAction.fetch) this.#send(s, this.#home, this.#memory, Message.MemRead, tile)
    if (actions & HomeAction.forwardGetS) tell(home.owner, Message.FwdGetS)
    if (actions & HomeAction.forwardGetM) tell(home.owner, Message.FwdGetM)
    if (actions & HomeAction.addOwnerToSharers) {
      home.sharers |= 1 << home.owner
      home.owner = -1
    }
    if (actions & HomeAction.sendDataE) tell(tile, Message.DataE)
    if (actions & HomeAction.sendData) tell(tile, Message.Data)
    const others = home.sharers & ~(1 << tile)
    const acks = countBits(others)
    if (actions & HomeAction.sendDataAcks) tell(tile, acks > 0 ? Message.DataAcks : Message.Data, acks)
    if (actions & HomeAction.invalidateSharers) {
      for (let other = 0; other < this.caches; other++) if ((others >> other) & 1) tell(other, Message.Inv)
    }
    if (actions & HomeAction.clearSharers) home.sharers = 0
    if (actions & HomeAction.addSharer) home.sharers |= 1 << tile
    if (actions & HomeAction.removeSharer) home.sharers &= ~(1 << tile)
    if (actions & HomeAction.setOwner) home.owner = tile
    if (actions & HomeAction.install) {
      home.dirty = (home.present && home.dirty) || message.type === Message.PutM || message.type === Message.DataHome
      home.present = true
      home.latest = message.latest
    }
    if (actions & HomeAction.sendPutAck) tell(tile, Message.PutAck)
    if (next === HomeState.I) home.owner = -1
    home.state = next
    if (actions & HomeAction.replay) for (const waiting of home.waiting.splice(0)) this.#atHome(s, waiting)
  }

  /** The slice needs the room for another line. */
  #evict(s: Situation): void {
    const { home } = s
    if (home.dirty) this.#send(s, this.#home, this.#memory, Message.MemWrite, 0, 0, home.latest)
    Object.assign(home, { present: false, latest: false, dirty: false })
  }

  #step(cache: CacheSide, event: number): number {
    const at = cache.state * mesiCache.events.length + event
    const next = mesiCache.next[at] as number
    const cell = `${mesiCache.states[cache.state]} x ${mesiCache.events[event]}`
    this.coverage.cache.add(cell)
    if (next === Impossible) throw new Violation(`PT1: ${cell}`)
    const actions = mesiCache.perform[at] as number
    if ((actions & CacheAction.stall) === 0) cache.state = next
    return actions
  }

  /** One writer or many readers, at every moment. */
  #check(s: Situation): void {
    const owners = s.caches.filter((cache) => owns(cache.state)).length
    const readers = s.caches.filter((cache) => reads(cache.state)).length
    if (owners > 0 && readers > 1) throw new Violation(`a writer and ${readers - 1} readers: ${identity(s)}`)
  }
}

function cacheEvent(cache: CacheSide, { acks, type }: Sent): number {
  switch (type) {
    case Message.FwdGetS:
      return CacheEvent.FwdGetS
    case Message.FwdGetM:
      return CacheEvent.FwdGetM
    case Message.Inv:
      return CacheEvent.Inv
    case Message.PutAck:
      return CacheEvent.PutAck
    case Message.DataE:
      return CacheEvent.DataE
    case Message.InvAck:
      return --cache.acks === 0 && cache.counted ? CacheEvent.LastInvAck : CacheEvent.InvAck
    default:
      cache.acks += acks
      cache.counted = true
      return cache.acks === 0 ? CacheEvent.Data : CacheEvent.DataAcks
  }
}

function homeEvent(home: HomeSide, { tile, type }: Sent): number {
  const shares = ((home.sharers >> tile) & 1) === 1
  const needsData = home.state === HomeState.I || (home.state === HomeState.S && !shares)
  switch (type) {
    case Message.GetS:
      return !home.present && home.state <= HomeState.S ? HomeEvent.GetSMiss : HomeEvent.GetS
    case Message.GetM:
      return !home.present && needsData ? HomeEvent.GetMMiss : HomeEvent.GetM
    case Message.PutS:
      return shares && countBits(home.sharers) === 1 ? HomeEvent.PutSLast : HomeEvent.PutS
    case Message.PutE:
    case Message.PutM:
      return (home.state === HomeState.E || home.state === HomeState.M) && home.owner === tile
        ? HomeEvent.PutOwner
        : HomeEvent.PutStale
    case Message.DataHome:
      return HomeEvent.Data
    default:
      return HomeEvent.MemData
  }
}

const countBits = (bits: number): number => bits.toString(2).replaceAll("0", "").length
