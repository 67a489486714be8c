/**
 * One line in the whole machine, for whoever reads a protocol's dead end: its state in every cache and at its home,
 * and the messages under way for it. Law: it looks and changes nothing.
 */
import { messageNames, tileOf, typeOf } from "../coherence/message.ts"
import type { System } from "./system.ts"

/** Kinds of events that carry a message: a departure, a delivery, a read in memory. */
const messages: ReadonlyArray<string> = [
  "interconnect.depart",
  "tile.receive",
  "home.arrive",
  "memory.arrive",
  "memory.ready"
]

/** A sentence for each party that has to do with `line`, then one for each message. */
export function describeLine({ homes, interconnect, kernel, tiles }: System, line: number): Array<string> {
  const holders = tiles.flatMap(({ caches }, tile) => {
    const held = caches.describe(line)
    return held === undefined ? [] : [`tile ${tile}: ${held}`]
  })
  const named = (a: number) => `${messageNames[typeOf(a)]} of tile ${tileOf(a)}`
  const underWay = [
    ...interconnect.onLongLinks(line).map(({ a, destination }) => `${named(a)} to ${kernel.ownerName(destination)}`),
    ...kernel
      .carrying(line)
      .filter(({ kind }) => messages.includes(kind))
      .map(({ a, owner, tick }) => `${named(a)} to ${kernel.ownerName(owner)} at tick ${tick}`)
  ]
  return [
    ...(holders.length > 0 ? holders : ["no tile has it"]),
    homes.reports.describe(line),
    ...(underWay.length > 0 ? underWay.map((message) => `under way: ${message}`) : ["nothing is under way"])
  ]
}
