/**
 * Deliveries pending per owner that runs ahead: its own agenda bounds how far it may go (law L3).
 * integer-code.ts makes WebAssembly of this text.
 * Law: an agenda is in the order in which its events will be popped, so that its first is the owner's earliest.
 */
import type { queueNumbers } from "./queue-layout.ts"

declare const cells: Int32Array
declare const m: typeof queueNumbers

/** `node` is pending for the owner whose agenda is the list at `agenda`. */
export function note(agenda: number, node: number): void {
  const tick = cells[(node + m.tick) >> 2]
  const key = cells[(node + m.eventKey) >> 2]
  let link = agenda
  let later = cells[link >> 2]
  for (; later; ) {
    const other = cells[(later + m.tick) >> 2]
    if (other > tick) break
    if (other === tick) if (cells[(later + m.eventKey) >> 2] > key) break
    link = later + m.later
    later = cells[link >> 2]
  }
  cells[(node + m.later) >> 2] = later
  cells[link >> 2] = node
}

/** The first of the agenda is popped. */
export function forget(agenda: number): void {
  cells[agenda >> 2] = cells[(cells[agenda >> 2] + m.later) >> 2]
}
