/** What a message is to the private cache's controller: data differ by the acknowledgements still to come. */
import * as fromCacheProtocol from "./cache-protocol.ts"
import * as fromMessage from "./message.ts"
import type { MissBuffers } from "./miss-buffers.ts"
import * as fromMissBuffers from "./miss-buffers.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { CacheEvent, CacheState } = fromCacheProtocol
const { acksOf, Message, Source, sourceOf } = fromMessage
const { ACKS, COUNTED, placeOf, SOURCE } = fromMissBuffers
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
      misses.words[placeOf(miss) + SOURCE] = sourceOf(a)
      return CacheEvent.DataE
    case Message.InvAck:
      return acknowledged(misses.words, placeOf(miss)) ? CacheEvent.LastInvAck : CacheEvent.InvAck
    default:
      misses.words[placeOf(miss) + SOURCE] = sourceOf(a)
      misses.words[placeOf(miss) + ACKS] += acksOf(a)
      misses.words[placeOf(miss) + COUNTED] = 1
      if (misses.words[placeOf(miss) + ACKS] !== 0) return CacheEvent.DataAcks
      return sourceOf(a) === Source.coherence ? CacheEvent.DataPeer : CacheEvent.Data
  }
}

/** One more acknowledgement for the miss at `at`: true if it was the last. */
function acknowledged(misses: Int32Array, at: number): boolean {
  return --misses[at + ACKS] === 0 && misses[at + COUNTED] === 1
}

/** The message by which a line in `state` leaves for its home. */
export function putOf(state: number): Message {
  if (state === CacheState.M) return Message.PutM
  if (state === CacheState.O) return Message.PutO
  return state === CacheState.E ? Message.PutE : Message.PutS
}
