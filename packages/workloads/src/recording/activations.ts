/**
 * Activations: the domains of a recording along the call stack of each thread.
 * Law: an *enter* opens an activation of a domain on the frame of the newest call; its *leave* comes when that frame
 * ends and goes back to the domain that the activation interrupted. Enters and leaves of one thread nest; between them
 * a thread runs in the domain of its newest open activation, or in the application, and code in an isolated object or
 * in the application always runs in its own domain.
 *
 * How control moved, and what follows when the code there belongs to another domain (shared code never does):
 *   A1 A call pushes a frame (what it pushed, where, the domain that called). Another domain behind a call, or behind
 *      the jumps that follow it (a linkage stub), is an enter on that frame.
 *   A2 A return that takes its address from where a frame's call put it ends that frame: its activation is left, and
 *      the domain is the one that called, also in shared code.
 *   A3 A jump from an activation out of its domain is a tail call: the activation is left, and if the target isn't the
 *      domain that it interrupted, another is entered on the same frame.
 *   A4 Frames below the stack pointer of a later call or return are dead (longjmp, exceptions): left as `unwind`.
 *   A5 Where a block isn't followed by what it leads to, and no text is lost, the kernel runs a signal handler: a frame
 *      that ends at rt_sigreturn.
 *   A6 Any other return is a jump.
 *
 * Changes of domain here and flat crossings differ: behind the return of a callback shared code is in the caller's
 * domain again here (A2), but flat still in the callback's; a signal handler's end in shared code likewise; and a jump
 * from one isolated domain to another is two changes (A3), unwound frames are one each (A4), where flat counts one or
 * none.
 */
export const SwitchKind = {
  /** Enter of a domain that has no open activation on this thread. */
  call: 0,
  /** Enter of a domain that has one below, the application included. */
  callback: 1,
  /** Enter by a signal handler. */
  interrupt: 2,
  /** Leave at the return of the call that entered, or at a signal handler's. */
  return: 3,
  /** Leave by a jump out. */
  tail: 4,
  /** Leave of a frame that was abandoned. */
  unwind: 5
} as const
export type SwitchKind = (typeof SwitchKind)[keyof typeof SwitchKind]

/** Whether a switch opens an activation. */
export const isEnter = (kind: number): boolean => kind <= SwitchKind.interrupt

/** Sentinel of `left`. */
export const neverLeft = 0xffff_ffff

export interface Activations {
  /** [switch] Stream position of the first block in the new domain; several may stand at one, to be made in order. */
  readonly switchAt: Uint32Array
  /** [switch] Recorded thread. */
  readonly switchThread: Uint16Array
  /** [switch] A SwitchKind. */
  readonly switchKind: Uint8Array
  readonly switchFrom: Int8Array
  readonly switchTo: Int8Array
  /** [switch] Open activations of the thread, this one included: 1 when the thread's first opens or closes. */
  readonly switchDepth: Uint32Array
  /** [switch] The activation that it opens or closes. */
  readonly switchActivation: Uint32Array
  /** [activation] The switch that opened it. */
  readonly entered: Uint32Array
  /** [activation] The switch that closed it, or `neverLeft`. */
  readonly left: Uint32Array
  /** [activation] Where the entering call put its return address, which is the stack pointer at entry: page and
   * offset; page -1 when no call entered (a thread's first code, a signal handler, text that starts in the middle). */
  readonly stackPage: Int32Array
  readonly stackOffset: Uint16Array
  /** Activations: completed and unfinished. */
  readonly invocations: number
  readonly unfinished: number
}
