/** No miss buffer is free, or the line is on its way out: ask again when an answer has arrived. */
export const Retry = -0x4000_0000
