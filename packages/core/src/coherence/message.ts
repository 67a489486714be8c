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
  FwdGetS: 5,
  FwdGetM: 6,
  Inv: 7,
  InvAck: 8,
  Data: 9,
  DataE: 10,
  DataAcks: 11,
  DataHome: 12,
  PutAck: 13,
  MemRead: 14,
  MemWrite: 15,
  MemData: 16,
  Interrupt: 17,
  Invalidate: 18,
  InvalidateAck: 19
} as const
export type Message = (typeof Message)[keyof typeof Message]

export const messageNames: ReadonlyArray<string> = Object.keys(Message)

/** Where the data of a fill came from: the cause to which its empty slots go. */
export const Source = { llc: 0, dram: 1, coherence: 2 } as const
export type Source = (typeof Source)[keyof typeof Source]

/** Type, tile (12 bits), acks still to come (9 bits) and source of the data (2 bits) in one int32. */
export const pack = (type: Message, tile: number, acks: number, source: Source): number =>
  type | (tile << 5) | (acks << 17) | (source << 26)

export const typeOf = (a: number): number => a & 31
export const tileOf = (a: number): number => (a >>> 5) & 0xfff
export const acksOf = (a: number): number => (a >>> 17) & 0x1ff
export const sourceOf = (a: number): number => (a >>> 26) & 3

/** Messages that carry a line of data occupy a link for several flits; the others for one. */
export const carriesData = (type: number): boolean =>
  type === Message.PutE ||
  type === Message.PutM ||
  (type >= Message.Data && type <= Message.DataHome) ||
  type === Message.MemWrite ||
  type === Message.MemData
