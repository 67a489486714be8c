/**
 * Pages that a mechanism's check allows whole, to whom: what the loop over straight code reads in place of a call.
 *
 *   OP1  an access of its subject to an open page, through no handle, is allowed without delay, whenever it executes,
 *        until the page closes
 *   OP2  a page closes no later than the first program that changes who may reach it says so to its own thread, and
 *        never opens again
 */
import type { HardwareThread } from "./hardware-thread.ts"

/** In place of a subject: memory that the mechanism doesn't govern, for which it reads no table either; nobody's; no subject. */
export const Open = { ungoverned: -1, nobody: -2, none: -3 } as const

export class OpenPages {
  readonly to: Int32Array // [page] subject, or ungoverned, or nobody
  /** Who accesses, by the registers of a thread: at least 0, or none. */
  readonly subject: (t: HardwareThread) => number
  /** Pages that have closed. */
  closed = 0

  constructor(to: Int32Array, subject: (t: HardwareThread) => number) {
    this.to = to
    this.subject = subject
  }

  /** To whom `page` is open. Pages mapped later are nobody's. */
  of(page: number): number {
    return page < this.to.length ? this.to[page] : Open.nobody
  }

  /** OP2 */
  close(page: number): void {
    if (this.of(page) < 0) return
    this.to[page] = Open.nobody
    this.closed++
  }
}
