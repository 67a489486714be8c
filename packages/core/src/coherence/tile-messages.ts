/**
 * What one tile says to homes and to other tiles. Law: answers leave in the event that causes them; requests leave at
 * a tick that the tile may have reached before the events did.
 */
import type { Interconnect } from "../interconnect/interconnect.ts"
import * as fromCacheProtocol from "./cache-protocol.ts"
import type { Homes } from "./homes.ts"
import * as fromMessage from "./message.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { CacheAction, CacheState } = fromCacheProtocol
const { acksOf, Message, pack, Source, tileOf, Whole } = fromMessage
type Message = fromMessage.Message

/** Actions by which a tile gives others what it has, or gives it up; or says that it has what it took from them. */
export const GIVES =
  CacheAction.sendData |
  CacheAction.sendDataHome |
  CacheAction.sendOwned |
  CacheAction.sendInvAck |
  CacheAction.sendRecallAck |
  CacheAction.sendRecallData |
  CacheAction.sendUnblock

export class TileMessages {
  readonly #tile: number
  readonly #tileOwner: Int32Array // [tile] owner
  readonly #owner: number
  readonly #interconnect: Interconnect
  readonly #homes: Homes

  constructor(tile: number, tileOwner: Int32Array, interconnect: Interconnect, homes: Homes) {
    this.#tile = tile
    this.#tileOwner = tileOwner
    this.#owner = tileOwner[tile]
    this.#interconnect = interconnect
    this.#homes = homes
  }

  /** No answer to what departs now can be here before so many ticks have passed. */
  get lookahead(): number {
    return this.#interconnect.lookahead
  }

  /** To the home of `line`, at `tick`, now or later. */
  homeAt(tick: number, type: number, line: number): void {
    const message = type | pack(0, this.#tile, 0, Source.llc)
    this.#interconnect.sendAt(tick, this.#owner, this.#homes.ownerOf(line), message, line)
  }

  /** To the home of `line`, in this event. */
  home(now: number, type: Message, acks: number, line: number): void {
    this.#send(now, this.#homes.ownerOf(line), type, acks, line)
  }

  /** The answers to message `a` that `actions` ask for, of a line in `state`. */
  give(actions: number, state: number, a: number, line: number, now: number): void {
    if (actions & CacheAction.sendData) {
      const acks = acksOf(a)
      const type = (a & Whole) !== 0 ? Message.Grant : acks > 0 ? Message.DataAcks : Message.Data
      const to = this.#homes.passesData ? this.#homes.ownerOf(line) : this.#tileOwner[tileOf(a)]
      this.#interconnect.send(now, this.#owner, to, pack(type, tileOf(a), acks, Source.coherence), line)
    }
    if (actions & CacheAction.sendInvAck) this.#send(now, this.#tileOwner[tileOf(a)], Message.InvAck, 0, line)
    // One acknowledgement on a DataHome says that the line was modified.
    const modified = state === CacheState.M || state === CacheState.MI_A ? 1 : 0
    if (actions & CacheAction.sendDataHome) this.home(now, Message.DataHome, modified, line)
    if (actions & CacheAction.sendOwned) this.home(now, Message.Owned, 0, line)
    if (actions & CacheAction.sendRecallAck) this.home(now, Message.RecallAck, 0, line)
    if (actions & CacheAction.sendRecallData) this.home(now, Message.RecallData, 0, line)
    if (actions & CacheAction.sendUnblock) this.home(now, Message.Unblock, 0, line)
  }

  #send(now: number, to: number, type: Message, acks: number, line: number): void {
    this.#interconnect.send(now, this.#owner, to, pack(type, this.#tile, acks, Source.coherence), line)
  }
}
