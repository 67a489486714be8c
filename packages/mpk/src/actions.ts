/** Codes of the mechanism's own actions: what takes effect at the tick of the instruction in front of it. */

/** What `act` is told to do. */
export const Act = {
  /** WRPKRU of a gate into domain `a`. */
  select: 0,
  /** WRPKRU that opens domains `a` and `b`. */
  open: 1,
  /** WRPKRU of a transfer: what the table says of the domain that runs. */
  renew: 2,
  /** A gate begins to read the table. */
  begin: 3,
  /** The shared row of domain `a` has been read; `b` is 1 in an interrupt handler. */
  read: 4,
  /** Under the lock, or in the thread's own row: region `a`, domain and rights in `b`. */
  record: 5,
  /** WRPKRU that closes what isn't everybody's. */
  close: 6,
  /** The next pkey_mprotect of region `a`, or of a domain whose regions `a` and those behind it are. */
  run: 7,
  region: 8,
  /** Under the lock: key of domain `a`. */
  find: 9,
  consider: 10,
  loaded: 11,
  /** Under the lock, or with the caller's right alone: region `a` goes to the domain in `b`. */
  give: 12,
  /** It has: report it. */
  given: 13,
  /** Under the lock: the domain in `b` keeps rights to region `a`, if it is the one that has it. */
  narrow: 14,
  /** A write of PKRU outside every gate: `a`. */
  stray: 15,
  /** A signal is delivered; its handler returns. */
  signal: 16,
  sigreturn: 17,
  /** Under the lock: a key is allocated with rights `a`, key `a` is free. */
  allocate: 18,
  free: 19
} as const
