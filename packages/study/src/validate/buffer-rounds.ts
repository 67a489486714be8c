/** Times that a buffer is copied or handed over: large ones once to warm the caches, and once more. */
export const bufferRounds = (bytes: number): number => (bytes < 65_536 ? 4 : 1)
