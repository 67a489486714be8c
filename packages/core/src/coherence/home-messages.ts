/**
 * What homes say to tiles and to memory. Law: a message leaves in the event that causes it, and from one home to one
 * tile in the order of the table's actions.
 */
import type { Interconnect } from "../interconnect/interconnect.ts"
import type { MemoryChannels } from "../memory/channel.ts"
import type { Directory } from "./directory.ts"
import * as fromMessage from "./message.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Message, pack, Source, tileOf, Whole } = fromMessage
type Message = fromMessage.Message
type Source = fromMessage.Source

export class HomeMessages {
  readonly invalidations: Float64Array // [slice] Inv sent
  readonly recalls: Float64Array // [slice] Recall sent
  readonly #interconnect: Interconnect
  readonly #directory: Directory
  readonly #owners: Int32Array // [slice] owner
  readonly #tileOwner: Int32Array // [tile] owner
  #channels: MemoryChannels | undefined

  constructor(interconnect: Interconnect, directory: Directory, owners: Int32Array, tileOwner: Int32Array) {
    this.#interconnect = interconnect
    this.#directory = directory
    this.#owners = owners
    this.#tileOwner = tileOwner
    this.invalidations = new Float64Array(owners.length)
    this.recalls = new Float64Array(owners.length)
  }

  connect(channels: MemoryChannels): void {
    this.#channels = channels
  }

  /** To tile `to`, about a request of `tile`. */
  tell(now: number, slice: number, to: number, type: Message, tile: number, line: number, source: Source): void {
    this.#interconnect.send(now, this.#owners[slice], this.#tileOwner[to], pack(type, tile, 0, source), line)
  }

  /** To the memory channel of `line`. */
  memory(now: number, slice: number, type: Message, tile: number, line: number): void {
    const channel = (this.#channels as MemoryChannels).ownerOf(line)
    this.#interconnect.send(now, this.#owners[slice], channel, pack(type, tile, 0, Source.dram), line)
  }

  /** The right to write, `acks` to come from tiles that lose the line, with the line if `data`. */
  grant(now: number, slice: number, tile: number, line: number, data: boolean, acks: number, source: Source): void {
    const type = !data ? Message.Grant : acks > 0 ? Message.DataAcks : Message.Data
    const a = pack(type, tile, acks, acks > 0 ? Source.coherence : source)
    this.#interconnect.send(now, this.#owners[slice], this.#tileOwner[tile], a, line)
  }

  /** The GetM `a` goes on to the line's owner, who answers it; `acks` others will too. */
  forwardGetM(now: number, slice: number, owner: number, a: number, line: number, acks: number): void {
    const forwarded = pack(Message.FwdGetM, tileOf(a), acks, Source.coherence) | (a & Whole)
    this.#interconnect.send(now, this.#owners[slice], this.#tileOwner[owner], forwarded, line)
  }

  /** True if `a` is an owner's answer to another tile, which goes on to it. */
  passes(now: number, slice: number, type: number, a: number, line: number): boolean {
    if (type !== Message.Data && type !== Message.DataAcks && type !== Message.Grant) return false
    this.#interconnect.send(now, this.#owners[slice], this.#tileOwner[tileOf(a)], a, line)
    return true
  }

  /** Every sharer but `requester` gives the line of `at` up and tells the requester. */
  invalidate(now: number, slice: number, line: number, at: number, requester: number): void {
    for (let to = this.#directory.sharerFrom(at, 0); to >= 0; to = this.#directory.sharerFrom(at, to + 1)) {
      if (to === requester) continue
      this.invalidations[slice]++
      this.tell(now, slice, to, Message.Inv, requester, line, Source.coherence)
    }
  }

  /** Every sharer gives the line of `at` up and tells the home. */
  recall(now: number, slice: number, line: number, at: number): void {
    for (let to = this.#directory.sharerFrom(at, 0); to >= 0; to = this.#directory.sharerFrom(at, to + 1)) {
      this.recalls[slice]++
      this.tell(now, slice, to, Message.Recall, to, line, Source.coherence)
    }
  }

  /** How many others than `tile` an invalidation of the line of `at` reaches. */
  othersThan(at: number, tile: number): number {
    return this.#directory.sharerCount(at) - (this.#directory.isSharer(at, tile) ? 1 : 0)
  }
}
