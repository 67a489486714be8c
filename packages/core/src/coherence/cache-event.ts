/** What a message is to the private cache's controller: data differ by the acknowledgements still to come. */
import * as fromCacheProtocol from "./cache-protocol.ts"
import * as fromMessage from "./message.ts"
import type { MissBuffers } from "./miss-buffers.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { CacheEvent, CacheState } = fromCacheProtocol
const { acksOf, Message, Source, sourceOf } = fromMessage
type Message = fromMessage.Message

/** The column of the protocol for a message of `type`; counts acknowledgements and notes the data's source. */
export function cacheEventOf(misses: MissBuffers, type: number, a: number, miss: number): number {
  switch (type) {
    case Message.FwdGetS:
      return CacheEvent.FwdGetS
    case Message.FwdGetM:
      return CacheEvent.FwdGetM
    case Message.Inv:
      return CacheEvent.Inv
    case Message.Recall:
      return CacheEvent.Recall
    case Message.PutAck:
      return CacheEvent.PutAck
    case Message.DataE:
      misses.source[miss] = sourceOf(a)
      return CacheEvent.DataE
    case Message.InvAck:
      return --misses.acks[miss] === 0 && misses.counted[miss] === 1 ? CacheEvent.LastInvAck : CacheEvent.InvAck
    default:
      misses.source[miss] = sourceOf(a)
      misses.acks[miss] += acksOf(a)
      misses.counted[miss] = 1
      if (misses.acks[miss] !== 0) return CacheEvent.DataAcks
      return sourceOf(a) === Source.coherence ? CacheEvent.DataPeer : CacheEvent.Data
  }
}

/** The message by which a line in `state` leaves for its home. */
export function putOf(state: number): Message {
  if (state === CacheState.M) return Message.PutM
  if (state === CacheState.O) return Message.PutO
  return state === CacheState.E ? Message.PutE : Message.PutS
}
