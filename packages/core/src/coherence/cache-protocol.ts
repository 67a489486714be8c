/**
 * The words of every private cache's table: states, events, actions, with numbers that all protocols share, so that
 * one controller drives any of them. A protocol that lacks a state leaves out its row.
 */

/**
 * Stable states, then transient ones as in Nagarajan, Sorin, Hill and Wood, "A Primer on Memory Consistency and
 * Cache Coherence" (2nd ed., chapter 8): IM_AD is "going from I to M, awaiting Acks and Data"; MI_A is "going from M
 * to I, awaiting the PutAck"; OM_AC awaits the count of acknowledgements, IW_A that a line was written to memory.
 */
export const CacheState = {
  I: 0,
  S: 1,
  E: 2,
  M: 3,
  O: 4,
  IS_D: 5,
  IM_AD: 6,
  IM_A: 7,
  SM_AD: 8,
  SM_A: 9,
  OM_AC: 10,
  OM_A: 11,
  MI_A: 12,
  OI_A: 13,
  EI_A: 14,
  SI_A: 15,
  II_A: 16,
  IW_A: 17
} as const

/** The last stable state: those above it live in miss buffers. */
export const LastStable = CacheState.O

/**
 * `Data` and `DataPeer` are the last that a miss waits for, with the line or (a Grant) without: the second if other
 * tiles had a part in it, by data or by acknowledgements. `DataAcks` leaves acknowledgements to wait for.
 */
export const CacheEvent = {
  load: 0,
  store: 1,
  replace: 2,
  write: 3,
  FwdGetS: 4,
  FwdGetM: 5,
  Inv: 6,
  Recall: 7,
  PutAck: 8,
  DataE: 9,
  Data: 10,
  DataPeer: 11,
  DataAcks: 12,
  InvAck: 13,
  LastInvAck: 14
} as const

/** `stall` leaves a message with its miss until the miss completes, and an access with the processor. */
export const CacheAction = {
  stall: 1 << 0,
  hit: 1 << 1,
  sendGetS: 1 << 2,
  sendGetM: 1 << 3,
  sendPutS: 1 << 4,
  sendPutE: 1 << 5,
  sendPutM: 1 << 6,
  sendPutO: 1 << 7,
  sendWrite: 1 << 8,
  sendData: 1 << 9,
  sendDataHome: 1 << 10,
  sendOwned: 1 << 11,
  sendInvAck: 1 << 12,
  sendRecallAck: 1 << 13,
  sendRecallData: 1 << 14,
  downgrade: 1 << 15,
  fill: 1 << 16,
  drop: 1 << 17,
  sendUnblock: 1 << 18
} as const

type Name<Table> = Extract<keyof Table, string>

export const cacheStates = Object.keys(CacheState) as ReadonlyArray<Name<typeof CacheState>>
export const cacheEvents = Object.keys(CacheEvent) as ReadonlyArray<Name<typeof CacheEvent>>
export const cacheActions = Object.keys(CacheAction) as ReadonlyArray<Name<typeof CacheAction>>
