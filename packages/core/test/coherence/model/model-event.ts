/** What a message is to the party that gets it, in the model. Law: as cache-event.ts and home-event.ts, on bytes. */
import { CacheEvent } from "@isolde/core/coherence/cache-protocol"
import { HomeEvent, HomeState } from "@isolde/core/coherence/home-protocol"
import { Message } from "@isolde/core/coherence/message"
import { CacheFlag, Carries, HomeFlag, type Situation } from "./situation.ts"

export function cacheEventOf(s: Situation, at: number, type: number, acks: number, flags: number): number {
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
      return CacheEvent.DataE
    case Message.InvAck:
      s.bytes[at + 1] = s.at(at + 1) - 1
      return s.at(at + 1) === 8 && (s.at(at + 2) & CacheFlag.counted) !== 0 ? CacheEvent.LastInvAck : CacheEvent.InvAck
    default:
      s.bytes[at + 1] = s.at(at + 1) + acks
      s.raise(at + 2, CacheFlag.counted)
      if (s.at(at + 1) !== 8) return CacheEvent.DataAcks
      return (flags & Carries.peer) !== 0 ? CacheEvent.DataPeer : CacheEvent.Data
  }
}

export function homeEventOf(s: Situation, type: number, tile: number, flags: number): number {
  const home = s.homeAt
  const state = s.at(home)
  const sharers = s.at(home + 2)
  const shares = ((sharers >> tile) & 1) === 1
  const alone = (sharers & (sharers - 1)) === 0
  const owns = s.at(home + 1) === tile
  const present = (s.at(home + 3) & HomeFlag.present) !== 0
  switch (type) {
    case Message.GetS:
      return !present && state <= HomeState.S ? HomeEvent.GetSMiss : HomeEvent.GetS
    case Message.GetM:
      if (state === HomeState.O) {
        if (owns) return sharers === 0 ? HomeEvent.GetMSole : HomeEvent.GetMOwner
        return shares ? HomeEvent.GetMSharer : HomeEvent.GetM
      }
      if (state === HomeState.S && shares) return alone ? HomeEvent.GetMSole : HomeEvent.GetM
      return present || state > HomeState.S || (flags & Carries.whole) !== 0 ? HomeEvent.GetM : HomeEvent.GetMMiss
    case Message.Write:
      return HomeEvent.Write
    case Message.PutS:
    case Message.PutE:
    case Message.PutM:
    case Message.PutO:
      if (state === HomeState.E || state === HomeState.M) return owns ? HomeEvent.PutOwner : HomeEvent.PutStale
      if (state === HomeState.O && owns) return sharers === 0 ? HomeEvent.PutOwnerLast : HomeEvent.PutOwner
      if (!shares) return HomeEvent.PutStale
      if (state === HomeState.R_A)
        return type === Message.PutM || type === Message.PutO ? HomeEvent.PutRecalled : HomeEvent.PutStale
      return alone ? HomeEvent.PutSLast : HomeEvent.PutS
    case Message.DataHome:
      return sharers === 0 ? HomeEvent.DataLast : HomeEvent.Data
    case Message.Owned:
      return HomeEvent.Owned
    case Message.RecallAck:
    case Message.RecallData:
      return alone ? HomeEvent.RecallLast : HomeEvent.RecallAck
    case Message.Unblock:
      return HomeEvent.Unblock
    default:
      return HomeEvent.MemData
  }
}
