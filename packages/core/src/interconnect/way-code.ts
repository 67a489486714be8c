/**
 * The way of a message over the links that it claims. integer-code.ts makes WebAssembly of this text; the interconnect at
 * `n` is laid out as way-layout.ts says, and the events are those of the queue at `q`.
 * Law: the rules are Interconnect's.
 */
import type { wayNumbers } from "./way-layout.ts"

declare const cells: Int32Array
declare const reals: Float64Array
declare const m: typeof wayNumbers
declare const calls: {
  deliver: (q: number, tick: number, destination: number, source: number, kind: number, a: number, b: number) => number
}

/** A message leaves `source` now. How its way ended, as of `travel`. */
export function send(
  n: number,
  q: number,
  now: number,
  source: number,
  destination: number,
  a: number,
  line: number
): number {
  reals[(n + m.time) >> 3] = now + reals[(n + m.injection) >> 3]
  reals[(n + m.slowest) >> 3] = 0
  cells[(n + m.hops) >> 2] = 0
  const from = cells[(cells[(n + m.owners) >> 2] + (source << m.ownerShift) + m.ownerStop) >> 2]
  return travel(n, q, source, destination, a, line, from)
}

/**
 * From stop `from`, at the header's time, to the owner, or to the end of the next long link. `delivered` if its event is in
 * the queue; `arrived` if that is left to the caller, as it is when `q` is 0; `onLongLink`.
 */
export function travel(
  n: number,
  q: number,
  source: number,
  destination: number,
  a: number,
  line: number,
  from: number
): number {
  const kind = cells[(n + m.kinds + ((a & m.typeMask) << 2)) >> 2]
  const network = kind & m.networkMask
  const flits = (kind >>> m.flitsShift) & m.flitsMask
  const owner = cells[(n + m.owners) >> 2] + (destination << m.ownerShift)
  const last = cells[(owner + m.ownerStop) >> 2]
  const buffer = cells[(n + m.buffer) >> 2]
  const port = cells[(n + m.ports) >> 2] + (destination << m.linkShift)
  let time = reals[(n + m.time) >> 3]
  let slowest = reals[(n + m.slowest) >> 3]
  let hops = cells[(n + m.hops) >> 2]
  let at = from
  // The link in whose buffer at the far end the message is.
  let behind = 0
  for (;;) {
    let link = port
    if (at !== last) {
      const number = cells[(cells[(n + m.next) >> 2] + ((at * cells[(n + m.stops) >> 2] + last) << 2)) >> 2]
      link = cells[(n + m.links) >> 2] + (number << m.linkShift)
    }
    const lane = link + (network << 3)
    const perFlit = reals[(link + m.flit) >> 3]
    const taken = flits * perFlit
    const free = reals[(lane + m.freeAt) >> 3]
    const begin = free > time ? free : time
    let start = begin
    if (at !== last)
      if (!cells[(link + m.long) >> 2]) {
        // IN3: buffers are first in, first out, so the slot of the last flit is the last to become free.
        let slot = cells[(link + m.head + (network << 2)) >> 2] + flits - 1
        if (slot >= buffer) slot = slot - buffer
        const place = cells[(link + m.left) >> 2] + ((network * buffer + slot) << 3)
        const room = reals[place >> 3] - reals[(link + m.latency) >> 3]
        if (room > start) start = room
      }
    reals[(lane + m.freeAt) >> 3] = start + taken
    // IN4: the lanes below count what goes before them.
    for (let lower = link; lower < lane; lower = lower + 8) {
      const after = reals[(lower + m.freeAt) >> 3]
      reals[(lower + m.freeAt) >> 3] = (after > begin ? after : begin) + taken
    }
    reals[(link + m.busy) >> 3] = reals[(link + m.busy) >> 3] + taken
    reals[(link + m.waited) >> 3] = reals[(link + m.waited) >> 3] + (start - time)
    if (behind) leave(behind, network, buffer, flits, link)
    if (perFlit > slowest) slowest = perFlit
    if (at === last) {
      time = start + (flits - 1) * slowest
      break
    }
    time = start + reals[(link + m.latency) >> 3]
    at = cells[(link + m.to) >> 2]
    hops = hops + 1
    if (cells[(link + m.long) >> 2]) {
      reals[(n + m.time) >> 3] = time
      reals[(n + m.slowest) >> 3] = slowest
      cells[(n + m.hops) >> 2] = hops
      cells[(n + m.stop) >> 2] = at
      return m.onLongLink
    }
    behind = link
  }
  let pipeline = reals[(owner + m.pipeline) >> 3]
  if (kind >>> m.apartShift) pipeline = reals[(owner + m.apart) >> 3]
  const arrival = (time + reals[(n + m.ejection) >> 3] + pipeline + 0.5) | 0
  if (q) {
    const pair = cells[(n + m.pairs) >> 2] + ((source * cells[(n + m.ownerCount) >> 2] + destination) << 2)
    // IN1: not before the message of this pair that was sent before.
    const tick = arrival > cells[pair >> 2] ? arrival : cells[pair >> 2]
    if (!calls.deliver(q, tick, destination, source, cells[(owner + m.deliver) >> 2], a, line)) {
      cells[pair >> 2] = tick
      return m.delivered
    }
  }
  cells[(n + m.hops) >> 2] = hops
  cells[(n + m.arrival) >> 2] = arrival
  return m.arrived
}

/** The buffer behind `link` is left, flit by flit, when `next` has been claimed for the message. */
export function leave(link: number, network: number, buffer: number, flits: number, next: number): void {
  const free = reals[(next + m.freeAt + (network << 3)) >> 3]
  const first = cells[(link + m.left) >> 2] + ((network * buffer) << 3)
  const head = link + m.head + (network << 2)
  let slot = cells[head >> 2]
  for (let flit = 0; flit < flits; flit = flit + 1) {
    reals[(first + (slot << 3)) >> 3] = free
    slot = slot + 1
    if (slot === buffer) slot = 0
  }
  cells[head >> 2] = slot
}
