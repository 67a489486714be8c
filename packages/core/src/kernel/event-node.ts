/**
 * A pending event is eight int32 in one array, half a cache line. Its order within a tick is one number, the key:
 * phase, destination, source rank. Law: a node is reached by its index; nothing holds an object per event.
 */
export const STRIDE = 8
/** Next node of the list, or Nil. */
export const NEXT = 0
export const TICK = 1
export const KEY = 2
export const KIND = 3
export const A = 4
export const B = 5
export const C = 6

export const Nil = -1

/** Bits of a key that hold an owner. */
export const OWNER_BITS = 13

export const phaseOf = (key: number): number => key >>> (2 * OWNER_BITS)
export const destinationOf = (key: number): number => (key >>> OWNER_BITS) & ((1 << OWNER_BITS) - 1)

/** Most owners that a key can tell apart. */
export const MAX_OWNERS = 1 << OWNER_BITS

/** No pending event: later than any tick a run reaches. */
export const Never = 0x7fff_ffff

/** Order within one tick: messages land before threads act on them; departures claim links last. */
export const Phase = { Deliver: 0, Execute: 1, Send: 2 } as const
export type Phase = (typeof Phase)[keyof typeof Phase]
