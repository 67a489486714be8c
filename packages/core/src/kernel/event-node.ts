/**
 * A pending event is eight int32 in the queue's memory, half a cache line. Its order within a tick is one number, the
 * key: phase, destination, source rank. Law: a node is reached by its address in bytes; nothing holds an object per event.
 */
export const NODE_BYTES = 32

/** Fields of a node, as bytes from its first: the next node of its list, or 0; and of its owner's agenda. */
export const Node = { next: 0, tick: 4, key: 8, kind: 12, a: 16, b: 20, c: 24, later: 28 } as const

// V8 reads an exported constant from its cell each time.
const BITS = 13
/** Bits of a key that hold an owner. */
export const OWNER_BITS = BITS

export const phaseOf = (key: number): number => key >>> (2 * BITS)
export const destinationOf = (key: number): number => (key >>> BITS) & ((1 << BITS) - 1)

/** Most owners that a key can tell apart. */
export const MAX_OWNERS = 1 << BITS

/** No pending event: later than any tick a run reaches. */
export const Never = 0x7fff_ffff

/** Order within one tick: messages land before threads act on them; departures claim links last. */
export const Phase = { Deliver: 0, Execute: 1, Send: 2 } as const
export type Phase = (typeof Phase)[keyof typeof Phase]
