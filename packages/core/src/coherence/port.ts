/** Who in a tile wants a line: a load or store, the front end, a prefetch into the L1D, one into the L2 alone. */
export const Port = { data: 0, fetch: 1, prefetch: 2, stream: 3 } as const
export type Port = (typeof Port)[keyof typeof Port]
