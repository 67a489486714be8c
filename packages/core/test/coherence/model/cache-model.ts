/** A tile's controller in the model. Law: the cache's table alone decides. */
import { CacheAction, CacheEvent, CacheState } from "@isolde/core/coherence/cache-protocol"
import { Message } from "@isolde/core/coherence/message"
import { Impossible, type ProtocolTable } from "@isolde/core/coherence/protocol-table"
import { cacheEventOf } from "./model-event.ts"
import type { Parties } from "./parties.ts"
import { CacheFlag, Carries } from "./situation.ts"
import { Violation } from "./violation.ts"

/** What a tile does of its own accord: `write` and `writeHome` go past the cache, to memory or to stay in the slice. */
export const Access = { load: 0, store: 1, storeWhole: 2, write: 3, writeHome: 4, replace: 5 } as const

/** [access] column of the table. */
const { load, store, write, replace } = CacheEvent
const eventOf = Uint8Array.of(load, store, store, write, write, replace)

export class CacheModel {
  readonly parties: Parties
  readonly table: ProtocolTable<string, string, string>
  readonly cells: Uint8Array

  constructor(parties: Parties, table: ProtocolTable<string, string, string>) {
    this.parties = parties
    this.table = table
    this.cells = new Uint8Array(table.next.length)
  }

  /** The tile does something of its own accord. */
  access(c: number, access: number): void {
    const s = this.parties.situation
    const at = s.cacheAt(c)
    const event = eventOf[access] as number
    const latest = (s.at(at + 2) & CacheFlag.latest) !== 0 ? Carries.latest : 0
    const asked = s.at(at) === CacheState.I
    const whole = access === Access.storeWhole && asked ? Carries.whole : 0
    const actions = this.#step(c, event)
    if (asked && access === Access.storeWhole) s.bytes[at + 2] = CacheFlag.whole
    if (actions & CacheAction.sendGetS) this.parties.send(c, s.home, Message.GetS, c)
    if (actions & CacheAction.sendGetM) this.parties.send(c, s.home, Message.GetM, c, 0, whole)
    if (actions & CacheAction.sendPutS) this.parties.send(c, s.home, Message.PutS, c)
    if (actions & CacheAction.sendPutE) this.parties.send(c, s.home, Message.PutE, c, 0, latest)
    if (actions & CacheAction.sendPutM) this.parties.send(c, s.home, Message.PutM, c, 0, latest | Carries.dirty)
    if (actions & CacheAction.sendPutO) this.parties.send(c, s.home, Message.PutO, c, 0, latest | Carries.dirty)
    const kept = access === Access.writeHome ? Carries.keeps : 0
    if (actions & CacheAction.sendWrite) this.parties.send(c, s.home, Message.Write, c, 0, kept)
    if (actions & CacheAction.hit && event === CacheEvent.store) this.parties.stored(c)
  }

  /** A message for the tile. */
  receive(c: number, type: number, tile: number, acks: number, flags: number): void {
    const s = this.parties.situation
    const at = s.cacheAt(c)
    const event = cacheEventOf(s, at, type, acks, flags)
    const before = s.at(at)
    const actions = this.#step(c, event)
    if (actions & CacheAction.stall) {
      if (s.at(at + 3) !== 0) throw new Violation("PC3: two messages wait for one miss")
      const sent = this.parties.out
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
      this.parties.send(c, tile, kind, c, acks, Carries.peer | (granted ? 0 : latest))
    }
    if (actions & CacheAction.sendInvAck) this.parties.send(c, tile, Message.InvAck, c)
    const dirty = before === CacheState.M || before === CacheState.MI_A ? Carries.dirty : 0
    if (actions & CacheAction.sendDataHome) this.parties.send(c, s.home, Message.DataHome, c, 0, latest | dirty)
    if (actions & CacheAction.sendOwned) this.parties.send(c, s.home, Message.Owned, c)
    if (actions & CacheAction.sendRecallAck) this.parties.send(c, s.home, Message.RecallAck, c)
    if (actions & CacheAction.sendRecallData)
      this.parties.send(c, s.home, Message.RecallData, c, 0, latest | Carries.dirty)
    if (actions & CacheAction.sendUnblock) this.parties.send(c, s.home, Message.Unblock, c)
    if (actions & CacheAction.drop || s.at(at) === CacheState.I || s.at(at) >= CacheState.SI_A)
      s.lower(at + 2, CacheFlag.latest)
    if (actions & CacheAction.fill) this.#filled(c)
  }

  /** Whoever waits uses the line before a stalled message takes it away. */
  #filled(c: number): void {
    const s = this.parties.situation
    const at = s.cacheAt(c)
    const flags = s.at(at + 2)
    if ((flags & (CacheFlag.latest | CacheFlag.whole)) === 0) throw new Violation("an old value is used")
    s.bytes[at + 1] = 8
    s.bytes[at + 2] = flags & CacheFlag.latest
    if (s.at(at) === CacheState.M) this.parties.stored(c)
    if (s.at(at + 3) === 0) return
    s.read(at + 3, this.parties.sent)
    const { acks, flags: carried, tile, type } = this.parties.sent
    s.bytes.fill(0, at + 3, at + 6)
    this.receive(c, type, tile, acks, carried)
  }

  #step(c: number, event: number): number {
    const s = this.parties.situation
    const at = s.cacheAt(c)
    const cell = s.at(at) * this.table.events.length + event
    this.cells[cell] = 1
    const next = this.table.next[cell] as number
    if (next === Impossible) throw new Violation(`PT1: ${this.table.states[s.at(at)]} x ${this.table.events[event]}`)
    const actions = this.table.perform[cell] as number
    if ((actions & CacheAction.stall) === 0) s.bytes[at] = next
    return actions
  }
}
