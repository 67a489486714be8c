/**
 * What crosses at each change of domain: the second pass. For every segment (a run of blocks in one domain) the
 * objects that its code touches; for every activation the bytes that a copy moves: in, what it reads before it has
 * written it; out, what it wrote and another domain reads before anybody else writes it.
 */
import type { Activations } from "../recording/activations.ts"
import { AccessKind, type Recording } from "../recording/recording.ts"
import { type Granules, granuleBytes, granulesPerPage } from "./granules.ts"
import type { ExchangeObjects } from "./objects.ts"
import { walk } from "./walk.ts"

export interface Segment {
  /** Stream position of its first block. */
  readonly position: number
  readonly thread: number
  readonly domain: number
  /** Activation it belongs to, or -1. */
  readonly activation: number
  /** Objects that its code touches, each once. */
  readonly objects: ReadonlyArray<number>
}

export interface Transfer {
  readonly object: number
  in: number
  out: number
}

export interface ExchangePlan {
  readonly segments: ReadonlyArray<Segment>
  /** [activation] what it exchanges, in order of first touch. */
  readonly transfers: ReadonlyArray<ReadonlyArray<Transfer>>
}

export function planExchange(
  recording: Recording,
  activations: Activations,
  granules: Granules,
  objects: ExchangeObjects
): ExchangePlan {
  const segments: Array<Segment> = []
  const transfers = Array.from({ length: activations.entered.length }, (): Array<Transfer> => [])
  const cells = objects.objectOf.length
  const seenInSegment = new Int32Array(objects.count).fill(-1)
  // Per granule: the activation that its masks belong to, bytes it has written, and bytes another may still read.
  const holder = new Int32Array(cells).fill(-1)
  const writtenHere = new Uint16Array(cells)
  const lastWriter = new Int32Array(cells).fill(-1)
  const lastDomain = new Int16Array(cells).fill(-1)
  const unread = new Uint16Array(cells)
  let touching: Array<number> = []
  const transferOf = (activation: number, object: number): Transfer => {
    const list = transfers[activation] as Array<Transfer>
    let transfer = list.find((each) => each.object === object)
    if (transfer === undefined) {
      transfer = { object, in: 0, out: 0 }
      list.push(transfer)
    }
    return transfer
  }
  const read = (cell: number, mask: number, object: number, domain: number, activation: number): void => {
    const writer = lastWriter[cell] as number
    const fresh = (unread[cell] as number) & mask
    if (fresh !== 0 && lastDomain[cell] !== domain) {
      if (writer >= 0) transferOf(writer, object).out += bits(fresh)
      unread[cell] = (unread[cell] as number) & ~mask
    }
    if (activation < 0) return
    const first = mask & ~(writtenHere[cell] as number)
    if (first === 0) return
    transferOf(activation, object).in += bits(first)
    // Once read it is there: it crosses once per activation.
    writtenHere[cell] = (writtenHere[cell] as number) | first
  }
  const write = (cell: number, mask: number, domain: number, activation: number): void => {
    writtenHere[cell] = (writtenHere[cell] as number) | mask
    if (lastWriter[cell] !== activation || lastDomain[cell] !== domain) {
      lastWriter[cell] = activation
      lastDomain[cell] = domain
      unread[cell] = 0
    }
    unread[cell] = (unread[cell] as number) | mask
  }
  walk(recording, activations, {
    segment(_segment, position, thread, domain, activation) {
      touching = []
      segments.push({ position, thread, domain, activation, objects: touching })
    },
    access(access, row, instruction, domain, owner, activation) {
      if (granules.isHeader[instruction] === 1) return
      const offset = recording.accessOffset[access] as number
      const bytes = recording.accessSize[row] as number
      const kind = recording.accessKind[row]
      const base = granules.rowOf(recording.accessPage[access] as number, owner) * granulesPerPage
      const last = Math.min(granulesPerPage - 1, (offset + bytes - 1) >> 4)
      for (let granule = offset >> 4; granule <= last; granule++) {
        const cell = base + granule
        const object = objects.objectOf[cell] as number
        if (object < 0) continue
        const segment = segments.length - 1
        if (seenInSegment[object] !== segment) {
          seenInSegment[object] = segment
          touching.push(object)
          if (activation >= 0) transferOf(activation, object)
        }
        if (holder[cell] !== activation) {
          holder[cell] = activation
          writtenHere[cell] = 0
        }
        const mask = maskOf(offset - granule * granuleBytes, bytes)
        if (kind !== AccessKind.store) read(cell, mask, object, domain, activation)
        if (kind !== AccessKind.load) write(cell, mask, domain, activation)
      }
    }
  })
  return { segments, transfers }
}

/** Bytes of one granule that [from, from + bytes) covers, as bits. */
function maskOf(from: number, bytes: number): number {
  const first = Math.max(0, from)
  const last = Math.min(granuleBytes, from + bytes)
  return ((1 << last) - 1) & ~((1 << first) - 1)
}

function bits(mask: number): number {
  let count = 0
  for (let left = mask; left !== 0; left &= left - 1) count++
  return count
}
