/**
 * The words of every home's table: states, events, actions, with numbers that all protocols share. A home is one LLC
 * slice with its directory; "the slice" is its data array, "the way" the place of the line's directory entry: a row
 * of the snoop filter, or of the slice itself if the LLC is inclusive.
 */

/**
 * I to O say what the tiles hold. M_U awaits the Unblock of a tile that takes the line from others (HO4). S_D awaits the answer of an owner told to share; IE_F, IM_F, SS_F and SM_F fetch the
 * line from memory on the way from the first letter's state to the second's; R_A has recalled every copy and awaits
 * the acknowledgements; I_W waits for a way.
 */
export const HomeState = {
  I: 0,
  S: 1,
  E: 2,
  M: 3,
  O: 4,
  M_U: 5,
  S_D: 6,
  IE_F: 7,
  IM_F: 8,
  SS_F: 9,
  SM_F: 10,
  R_A: 11,
  I_W: 12
} as const

/** The last stable state: a line above it is busy. E to M_U have an owner. */
export const LastSettled = HomeState.O

/**
 * `GetMSole` is from the only tile that has the line; `GetSMiss` and `GetMMiss` need data that the slice lacks; `GetMOwner` and `GetMSharer` are from one who has the line
 * while it is owned in O. `PutSLast` and `DataLast` leave no sharer, `PutOwnerLast`
 * nobody. `PutStale` is from one who is neither sharer nor owner any more: a forwarded request overtook it.
 * `PutRecalled` brings the data of a line under recall. `Evict` takes the way for another line; `NoWay` is a request
 * that finds all ways of its set busy; `Way` says that one is to be had.
 */
export const HomeEvent = {
  GetS: 0,
  GetSMiss: 1,
  GetM: 2,
  GetMSole: 3,
  GetMMiss: 4,
  GetMOwner: 5,
  GetMSharer: 6,
  Write: 7,
  PutS: 8,
  PutSLast: 9,
  PutOwner: 10,
  PutOwnerLast: 11,
  PutStale: 12,
  PutRecalled: 13,
  Data: 14,
  DataLast: 15,
  Owned: 16,
  RecallAck: 17,
  RecallLast: 18,
  MemData: 19,
  Unblock: 20,
  Evict: 21,
  NoWay: 22,
  Way: 23
} as const

/**
 * `sendDataAcks` and `forwardGetMAcks` say how many sharers the requester shall hear from; the first sends no line to
 * one who has it. `lend` (granted in E) and `lose` (granted in M) say what becomes of the slice's copy: a non-inclusive
 * slice gives it up, in E only if it is clean; an inclusive one keeps the row, in M as old data. `install` puts the
 * line that came into the slice, `fill` only into an inclusive one; `keep` does so with what a recall brings, or
 * writes it to memory if the line has no row in an inclusive slice. `giveWay` makes room for another line, `freeWay`
 * ends an entry that nobody needs. `discard` drops the slice's copy unwritten.
 */
export const HomeAction = {
  stall: 1 << 0,
  takeWay: 1 << 1,
  fetch: 1 << 2,
  sendDataE: 1 << 3,
  sendData: 1 << 4,
  sendDataM: 1 << 5,
  sendDataAcks: 1 << 6,
  forwardGetS: 1 << 7,
  forwardGetM: 1 << 8,
  forwardGetMAcks: 1 << 9,
  invalidateSharers: 1 << 10,
  clearSharers: 1 << 11,
  addSharer: 1 << 12,
  addOwnerToSharers: 1 << 13,
  removeSharer: 1 << 14,
  recall: 1 << 15,
  setOwner: 1 << 16,
  install: 1 << 17,
  fill: 1 << 18,
  keep: 1 << 19,
  lend: 1 << 20,
  lose: 1 << 21,
  discard: 1 << 22,
  writeMemory: 1 << 23,
  giveWay: 1 << 24,
  freeWay: 1 << 25,
  sendPutAck: 1 << 26,
  replay: 1 << 27
} as const

/** Actions that give somebody the slice's data, or the right to data that he has. */
export const Serves = HomeAction.sendDataE | HomeAction.sendData | HomeAction.sendDataM | HomeAction.sendDataAcks
/** Actions on the mask of sharers but for the owner's. */
export const Shares =
  HomeAction.invalidateSharers | HomeAction.clearSharers | HomeAction.addSharer | HomeAction.removeSharer
/** Actions on rows and memory: the rare ones among them are looked at only if one of them is to be performed. */
export const Stores =
  HomeAction.install |
  HomeAction.fill |
  HomeAction.keep |
  HomeAction.lend |
  HomeAction.lose |
  HomeAction.discard |
  HomeAction.writeMemory |
  HomeAction.giveWay |
  HomeAction.freeWay

type Name<Table> = Extract<keyof Table, string>

export const homeStates = Object.keys(HomeState) as ReadonlyArray<Name<typeof HomeState>>
export const homeEvents = Object.keys(HomeEvent) as ReadonlyArray<Name<typeof HomeEvent>>
export const homeActions = Object.keys(HomeAction) as ReadonlyArray<Name<typeof HomeAction>>
