/** Who in a tile wants a line, which is also the L1 that it fills. */
export const Port = { data: 0, fetch: 1 } as const
export type Port = (typeof Port)[keyof typeof Port]
