/**
 * What tiles, homes and memory say to each other, by the names of the literature. A message's payload is
 * three int32: `a` packs the type, the sender's or requester's tile and a count; `b` is the line.
 */
export const Message = {
  GetS: 0,
  GetM: 1,
  PutS: 2,
  PutE: 3,
  PutM: 4,
  PutO: 5,
  /** A whole line goes past the caches to memory. */
  Write: 6,
  FwdGetS: 7,
  FwdGetM: 8,
  Inv: 9,
  InvAck: 10,
  Data: 11,
  DataE: 12,
  DataAcks: 13,
  DataHome: 14,
  RecallData: 15,
  /** The right to write without the line: for one who has it, or who overwrites all of it. */
  Grant: 16,
  /** An owner told to share stays the owner. */
  Owned: 17,
  Recall: 18,
  RecallAck: 19,
  PutAck: 20,
  MemRead: 21,
  MemWrite: 22,
  MemData: 23,
  Interrupt: 24,
  Invalidate: 25,
  InvalidateAck: 26,
  /** A tile has the line that it took from others: its home may serve the next one. */
  Unblock: 27
} as const
export type Message = (typeof Message)[keyof typeof Message]

export const messageNames: ReadonlyArray<string> = Object.keys(Message)

/** Where the data of a fill came from: the cause to which its empty slots go. */
export const Source = { llc: 0, dram: 1, coherence: 2 } as const
export type Source = (typeof Source)[keyof typeof Source]

/** Type, tile (12 bits), acks still to come (9 bits), source of the data (2 bits) and `Whole` in one int32. */
export const pack = (type: Message, tile: number, acks: number, source: Source): number =>
  type | (tile << 5) | (acks << 17) | (source << 26)

export const typeOf = (a: number): number => a & 31
export const tileOf = (a: number): number => (a >>> 5) & 0xfff
export const acksOf = (a: number): number => (a >>> 17) & 0x1ff
export const sourceOf = (a: number): number => (a >>> 26) & 3

/** Flag of a GetM, and of what it is forwarded as: the requester overwrites the whole line and needs no data. */
export const Whole = 1 << 28

/** Flag of a Write: a home whose LLC isn't inclusive keeps the line rather than write it to memory. */
export const Keeps = 1 << 29

/** Messages that carry a line of data occupy a link for several flits; the others for one. */
export const carriesData = (type: number): boolean =>
  (type >= Message.PutE && type <= Message.Write) ||
  (type >= Message.Data && type <= Message.RecallData) ||
  type === Message.MemWrite ||
  type === Message.MemData
