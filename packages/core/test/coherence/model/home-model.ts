/**
 * The home's controller in the model, a step at a time: whoever drives it says whether a way is to be had, takes it
 * from whom it will, and goes on with the requests that waited. Law: the home's table alone decides.
 */
import { HomeAction, HomeEvent, HomeState, LastSettled } from "@isolde/core/coherence/home-protocol"
import { Message } from "@isolde/core/coherence/message"
import { Impossible, type ProtocolTable } from "@isolde/core/coherence/protocol-table"
import { homeEventOf } from "./model-event.ts"
import type { Parties } from "./parties.ts"
import { Carries, HomeFlag, Nobody } from "./situation.ts"
import { Violation } from "./violation.ts"

/**
 * What a step leaves to its driver: the line has a way that it had not; it is busy no longer; requests that waited are
 * due; it waits for a way.
 */
export const Left = { took: 1, settled: 2, replays: 4, waits: 8 } as const

export class HomeModel {
  readonly parties: Parties
  readonly table: ProtocolTable<string, string, string>
  readonly cells: Uint8Array
  /** A way is to be had. */
  finds = true
  /** What the last step left to its driver. */
  left = 0
  readonly #inclusive: boolean
  #replaying = false

  constructor(parties: Parties, table: ProtocolTable<string, string, string>, inclusive: boolean) {
    this.parties = parties
    this.table = table
    this.#inclusive = inclusive
    this.cells = new Uint8Array(table.next.length)
  }

  /** A message for the home. */
  receive(type: number, tile: number, acks: number, flags: number): void {
    const s = this.parties.situation
    let event = homeEventOf(s, type, tile, flags)
    const asks = event <= HomeEvent.GetMSharer && s.at(s.homeAt) === HomeState.I && !this.#hasWay()
    if (asks && !this.finds) event = HomeEvent.NoWay
    this.step(event, type, tile, acks, flags)
  }

  /** The first of those that wait is looked at again; if it waits on, it stays the first. */
  replay(): void {
    const { parties } = this
    parties.situation.takeFirst(parties.situation.homeAt + 4, parties.sent)
    const { acks, flags, tile, type } = parties.sent
    this.#replaying = true
    this.receive(type, tile, acks, flags)
    this.#replaying = false
  }

  /** One cell of the table. */
  step(event: number, type = 0, tile = 0, acks = 0, flags = 0): void {
    const s = this.parties.situation
    const home = s.homeAt
    const before = s.at(home)
    const cell = before * this.table.events.length + event
    this.cells[cell] = 1
    const next = this.table.next[cell] as number
    if (next === Impossible) throw new Violation(`PT1: ${this.table.states[before]} x ${this.table.events[event]}`)
    const actions = this.table.perform[cell] as number
    this.left = event === HomeEvent.NoWay ? Left.waits : 0
    this.#perform(actions, event, type, tile, acks, flags)
    s.bytes[home] = next
    if (next < HomeState.E || next > HomeState.M_U) s.bytes[home + 1] = Nobody
    if (before > LastSettled && next <= LastSettled && event !== HomeEvent.Way) this.left |= Left.settled
    if (actions & HomeAction.replay) this.left |= Left.replays
  }

  #perform(actions: number, event: number, type: number, tile: number, acks: number, flags: number) {
    const s = this.parties.situation
    const home = s.homeAt
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
      this.parties.send(s.home, to, message, tile, count, carried)
    const others = () => countOf(s.at(home + 2) & ~(1 << tile))
    if (actions & HomeAction.stall) this.#stall(type, tile, acks, flags)
    if (actions & HomeAction.takeWay && !this.#hasWay()) {
      s.raise(home + 3, HomeFlag.way)
      this.left |= Left.took
    }
    if (actions & HomeAction.fetch) tell(s.memory, Message.MemRead)
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
      if (actions & HomeAction.recall) this.parties.send(s.home, c, Message.Recall, c)
      if (actions & HomeAction.invalidateSharers && c !== tile) tell(c, Message.Inv)
    }
    if (actions & HomeAction.clearSharers) s.bytes[home + 2] = 0
    if (actions & HomeAction.addSharer) s.raise(home + 2, 1 << tile)
    if (actions & HomeAction.removeSharer) s.lower(home + 2, 1 << tile)
    if (actions & HomeAction.setOwner) s.bytes[home + 1] = tile
    this.#store(actions, type, flags)
    if (actions & HomeAction.sendPutAck) tell(tile, Message.PutAck)
  }

  #store(actions: number, type: number, flags: number): void {
    const s = this.parties.situation
    const slice = s.homeAt + 3
    const put = (present: number) => {
      s.bytes[slice] = (s.at(slice) & HomeFlag.way) | present
    }
    const brought = (flags & Carries.latest) !== 0 ? HomeFlag.latest : 0
    const dirty = (flags & Carries.dirty) !== 0 ? HomeFlag.dirty : 0
    const present = (s.at(slice) & HomeFlag.present) !== 0
    const keeps = (actions & HomeAction.keep) !== 0 && type !== Message.RecallAck
    if (keeps && this.#inclusive && !this.#hasWay())
      this.parties.send(s.home, s.memory, Message.MemWrite, 0, 0, flags & Carries.latest)
    else if (keeps || actions & HomeAction.install)
      put(HomeFlag.present | brought | dirty | (present ? s.at(slice) & HomeFlag.dirty : 0))
    if (actions & HomeAction.fill && this.#inclusive) put(HomeFlag.present | brought)
    if (actions & HomeAction.lend && present && !this.#inclusive && (s.at(slice) & HomeFlag.dirty) === 0) put(0)
    if (actions & HomeAction.lose && present) put(this.#inclusive ? s.at(slice) & ~HomeFlag.dirty : 0)
    if (actions & HomeAction.discard) s.bytes[slice] = this.#inclusive ? 0 : s.at(slice) & HomeFlag.way
    if (actions & HomeAction.writeMemory) {
      this.parties.stored(Nobody)
      if ((flags & Carries.keeps) !== 0 && !this.#inclusive) put(HomeFlag.present | HomeFlag.latest | HomeFlag.dirty)
      else this.parties.send(s.home, s.memory, Message.MemWrite, 0, 0, Carries.latest)
    }
    if (actions & HomeAction.giveWay) {
      if (this.#inclusive) this.lose()
      s.lower(slice, HomeFlag.way)
    }
    if (actions & HomeAction.freeWay && !this.#inclusive) s.lower(slice, HomeFlag.way)
  }

  /** The slice's row is needed for another line. */
  lose(): void {
    const s = this.parties.situation
    const slice = s.homeAt + 3
    const latest = (s.at(slice) & HomeFlag.latest) !== 0 ? Carries.latest : 0
    if (s.at(slice) & HomeFlag.dirty) this.parties.send(s.home, s.memory, Message.MemWrite, 0, 0, latest)
    s.bytes[slice] = s.at(slice) & HomeFlag.way
  }

  #hasWay(): boolean {
    const s = this.parties.situation
    return (s.at(s.homeAt + 3) & HomeFlag.way) !== 0
  }

  #stall(type: number, tile: number, acks: number, flags: number): void {
    const s = this.parties.situation
    Object.assign(this.parties.out, { type, tile, acks, flags })
    if (this.#replaying) s.prepend(s.homeAt + 4, this.parties.out)
    else s.append(s.homeAt + 4, this.parties.out)
  }
}

const countOf = (bits: number): number => {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}
