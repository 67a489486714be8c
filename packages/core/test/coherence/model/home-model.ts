/** The home's controller in the model. Law: the home's table alone decides. */
import { HomeAction, HomeEvent, HomeState, LastSettled } from "@isolde/core/coherence/home-protocol"
import { Message } from "@isolde/core/coherence/message"
import { Impossible, type ProtocolTable } from "@isolde/core/coherence/protocol-table"
import { homeEventOf } from "./model-event.ts"
import type { Parties } from "./parties.ts"
import { Carries, HomeFlag, Nobody } from "./situation.ts"
import { Violation } from "./violation.ts"

export class HomeModel {
  readonly parties: Parties
  readonly table: ProtocolTable<string, string, string>
  readonly cells: Uint8Array
  /** The home finds a way for the request that is being delivered. */
  finds = true
  readonly #inclusive: boolean
  #replaying = false

  constructor(parties: Parties, table: ProtocolTable<string, string, string>, inclusive: boolean) {
    this.parties = parties
    this.table = table
    this.#inclusive = inclusive
    this.cells = new Uint8Array(table.next.length)
  }

  /** A message for the home. */
  receive(line: number, type: number, tile: number, acks: number, flags: number): void {
    const s = this.parties.situation
    const home = s.homeAt(line)
    let event = homeEventOf(s, line, type, tile, flags)
    if (event <= HomeEvent.GetMSharer && s.at(home) === HomeState.I && !this.#findsWay(line)) event = HomeEvent.NoWay
    this.step(line, event, type, tile, acks, flags)
  }

  /** One cell of the table. */
  step(line: number, event: number, type = 0, tile = 0, acks = 0, flags = 0): void {
    const s = this.parties.situation
    const home = s.homeAt(line)
    const before = s.at(home)
    const cell = before * this.table.events.length + event
    this.cells[cell] = 1
    const next = this.table.next[cell] as number
    if (next === Impossible) throw new Violation(`PT1: ${this.table.states[before]} x ${this.table.events[event]}`)
    const actions = this.table.perform[cell] as number
    this.#perform(actions, line, event, type, tile, acks, flags)
    s.bytes[home] = next
    if (next < HomeState.E || next > HomeState.M_U) s.bytes[home + 1] = Nobody
    const settled = before > LastSettled && next <= LastSettled && event !== HomeEvent.Way
    if (s.lines > 1 && settled) this.#offer()
    if (actions & HomeAction.replay) this.#replay(line)
  }

  #perform(actions: number, line: number, event: number, type: number, tile: number, acks: number, flags: number) {
    const s = this.parties.situation
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
      this.parties.send(line, s.home, to, message, tile, count, carried)
    const others = () => countOf(s.at(home + 2) & ~(1 << tile))
    if (actions & HomeAction.stall) this.#stall(line, event, type, tile, acks, flags)
    if (actions & HomeAction.takeWay) this.#takeWay(line)
    if (actions & HomeAction.fetch) this.parties.send(line, s.home, s.memory, Message.MemRead, tile)
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
      const kind = !needs ? Message.Grant : acks > 0 ? Message.DataAcks : Message.Data
      tell(tile, kind, acks, (needs ? latest : 0) | (acks > 0 ? Carries.peer : 0))
    }
    for (let c = 0; c < s.caches; c++) {
      if (((s.at(home + 2) >> c) & 1) === 0) continue
      if (actions & HomeAction.recall) this.parties.send(line, s.home, c, Message.Recall, c)
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
    const s = this.parties.situation
    const slice = s.homeAt(line) + 3
    const put = (present: number) => {
      s.bytes[slice] = (s.at(slice) & HomeFlag.way) | present
    }
    const brought = (flags & Carries.latest) !== 0 ? HomeFlag.latest : 0
    const dirty = (flags & Carries.dirty) !== 0 ? HomeFlag.dirty : 0
    const present = (s.at(slice) & HomeFlag.present) !== 0
    const keeps = (actions & HomeAction.keep) !== 0 && type !== Message.RecallAck
    if (keeps && this.#inclusive && (s.at(slice) & HomeFlag.way) === 0)
      this.parties.send(line, s.home, s.memory, Message.MemWrite, 0, 0, flags & Carries.latest)
    else if (keeps || actions & HomeAction.install)
      put(HomeFlag.present | brought | dirty | (present ? s.at(slice) & HomeFlag.dirty : 0))
    if (actions & HomeAction.fill && this.#inclusive) put(HomeFlag.present | brought)
    if (actions & HomeAction.lend && present && !this.#inclusive && (s.at(slice) & HomeFlag.dirty) === 0) put(0)
    if (actions & HomeAction.lose && present) put(this.#inclusive ? s.at(slice) & ~HomeFlag.dirty : 0)
    if (actions & HomeAction.discard) s.bytes[slice] = this.#inclusive ? 0 : s.at(slice) & HomeFlag.way
    if (actions & HomeAction.writeMemory) {
      this.parties.stored(line, Nobody)
      this.parties.send(line, s.home, s.memory, Message.MemWrite, 0, 0, Carries.latest)
    }
    if (actions & HomeAction.giveWay) {
      if (this.#inclusive) this.lose(line)
      s.lower(slice, HomeFlag.way)
    }
    if (actions & HomeAction.freeWay && !this.#inclusive) s.lower(slice, HomeFlag.way)
  }

  /** The slice's row is needed for another line. */
  lose(line: number): void {
    const s = this.parties.situation
    const slice = s.homeAt(line) + 3
    const latest = (s.at(slice) & HomeFlag.latest) !== 0 ? Carries.latest : 0
    if (s.at(slice) & HomeFlag.dirty) this.parties.send(line, s.home, s.memory, Message.MemWrite, 0, 0, latest)
    s.bytes[slice] = s.at(slice) & HomeFlag.way
  }

  #stall(line: number, event: number, type: number, tile: number, acks: number, flags: number): void {
    const s = this.parties.situation
    if (event === HomeEvent.NoWay && s.lines > 1) {
      const count = s.at(s.waitersAt)
      s.bytes[s.waitersAt + 1 + count] = line
      s.bytes[s.waitersAt] = count + 1
    }
    Object.assign(this.parties.out, { type, tile, acks, flags })
    if (this.#replaying) s.prepend(s.homeAt(line) + 4, this.parties.out)
    else s.append(s.homeAt(line) + 4, this.parties.out)
  }

  #replay(line: number): void {
    const s = this.parties.situation
    const waiting = s.homeAt(line) + 4
    while (s.at(waiting) > 0 && s.at(s.homeAt(line)) <= LastSettled) {
      s.takeFirst(waiting, this.parties.sent)
      const { acks, flags, tile, type } = this.parties.sent
      this.#replaying = true
      this.receive(line, type, tile, acks, flags)
      this.#replaying = false
    }
  }

  /** The line that has the only way, or -1. */
  #holder(): number {
    const s = this.parties.situation
    for (let line = 0; line < s.lines; line++) if (s.at(s.homeAt(line) + 3) & HomeFlag.way) return line
    return -1
  }

  #findsWay(line: number): boolean {
    const s = this.parties.situation
    if (s.at(s.homeAt(line) + 3) & HomeFlag.way) return true
    if (s.lines === 1) return this.finds
    const holder = this.#holder()
    return holder < 0 || s.at(s.homeAt(holder)) <= LastSettled
  }

  #takeWay(line: number): void {
    const s = this.parties.situation
    const slice = s.homeAt(line) + 3
    if (s.at(slice) & HomeFlag.way) return
    const holder = this.#holder()
    if (holder >= 0) this.step(holder, HomeEvent.Evict)
    s.raise(slice, HomeFlag.way)
  }

  /** The way goes to the line that has waited longest. */
  #offer(): void {
    const s = this.parties.situation
    while (s.at(s.waitersAt) > 0) {
      const line = s.at(s.waitersAt + 1)
      if (!this.#findsWay(line)) return
      s.bytes.copyWithin(s.waitersAt + 1, s.waitersAt + 2, s.waitersAt + 1 + s.lines)
      const count = s.at(s.waitersAt) - 1
      s.bytes[s.waitersAt + 1 + count] = 0
      s.bytes[s.waitersAt] = count
      this.step(line, HomeEvent.Way)
    }
  }
}

const countOf = (bits: number): number => {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}
