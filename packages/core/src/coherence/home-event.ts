/**
 * What a message is to its home: the column of the home's table.
 * Law: it looks and changes nothing; it looks at the sharers only where tiles share.
 */
import type { Directory } from "./directory.ts"
import * as fromDirectory from "./directory.ts"
import * as fromHomeProtocol from "./home-protocol.ts"
import * as fromMessage from "./message.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { ownerIn, stateIn } = fromDirectory
const { HomeEvent, HomeState } = fromHomeProtocol
const { Message, tileOf, typeOf, Whole } = fromMessage

/** The column for message `a` to the line whose record is `at`; `present` says that the slice holds its data. */
export function homeEventOf(directory: Directory, a: number, at: number, present: boolean): number {
  const entry = directory.entryAt(at)
  const state = stateIn(entry)
  const tile = tileOf(a)
  switch (typeOf(a)) {
    case Message.GetS:
      return !present && state <= HomeState.S ? HomeEvent.GetSMiss : HomeEvent.GetS
    case Message.GetM:
      if (state === HomeState.O) {
        if (ownerIn(entry) === tile) return directory.sharerFrom(at, 0) < 0 ? HomeEvent.GetMSole : HomeEvent.GetMOwner
        return directory.isSharer(at, tile) ? HomeEvent.GetMSharer : HomeEvent.GetM
      }
      if (state === HomeState.S && directory.isSharer(at, tile))
        return directory.sharerCount(at) === 1 ? HomeEvent.GetMSole : HomeEvent.GetM
      return present || state > HomeState.S || (a & Whole) !== 0 ? HomeEvent.GetM : HomeEvent.GetMMiss
    case Message.Write:
      return HomeEvent.Write
    case Message.PutS:
    case Message.PutE:
    case Message.PutM:
    case Message.PutO:
      return putEventOf(directory, typeOf(a), entry, at, tile)
    case Message.DataHome:
      return directory.sharerFrom(at, 0) < 0 ? HomeEvent.DataLast : HomeEvent.Data
    case Message.Owned:
      return HomeEvent.Owned
    case Message.RecallAck:
    case Message.RecallData:
      return directory.sharerCount(at) === 1 ? HomeEvent.RecallLast : HomeEvent.RecallAck
    case Message.Unblock:
      return HomeEvent.Unblock
    default:
      return HomeEvent.MemData
  }
}

function putEventOf(directory: Directory, type: number, entry: number, at: number, tile: number): number {
  const state = stateIn(entry)
  if (state === HomeState.E || state === HomeState.M)
    return ownerIn(entry) === tile ? HomeEvent.PutOwner : HomeEvent.PutStale
  if (state === HomeState.O && ownerIn(entry) === tile)
    return directory.sharerFrom(at, 0) < 0 ? HomeEvent.PutOwnerLast : HomeEvent.PutOwner
  if (at < 0 || !directory.isSharer(at, tile)) return HomeEvent.PutStale
  if (state === HomeState.R_A)
    return type === Message.PutM || type === Message.PutO ? HomeEvent.PutRecalled : HomeEvent.PutStale
  return directory.sharerCount(at) === 1 ? HomeEvent.PutSLast : HomeEvent.PutS
}
