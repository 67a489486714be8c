/** Rows that a run writes at its end: slots of each thread by cause, and what each component counted. */
import { messageNames } from "../coherence/message.ts"
import { causeNames } from "../processor/cause.ts"
import type { System } from "./system.ts"

/** Names of counters, in the order of their numbers. */
export const counterNames: ReadonlyArray<string> = [
  "L1 hits",
  "L2 hits",
  "L2 misses",
  "fetch misses",
  "evictions",
  "page walks",
  "walk references",
  "walks cancelled",
  "invalidations",
  "LLC hits",
  "LLC misses",
  "invalidations sent",
  "lines read",
  "lines written",
  "ticks waited",
  "tag reads",
  "messages"
]

/** Names of components: tiles, slices, channels, then message types. */
export function componentNames(system: System): Array<string> {
  return [
    ...system.tiles.map((_, tile) => `tile ${tile}`),
    ...Array.from(system.homes.owners, (_, slice) => `LLC slice ${slice}`),
    ...Array.from(system.channels.owners, (_, channel) => `memory channel ${channel}`),
    ...messageNames.map((name) => `messages ${name}`)
  ]
}

export function writeTotals(system: System, cycles: number): void {
  const { accounting, counters } = system.tables
  for (const thread of system.used) {
    const slots = system.slots.of(thread)
    for (let cause = 0; cause < causeNames.length; cause++) accounting.emit(cycles, 0, thread, cause, slots[cause])
  }
  let component = 0
  const count = (name: string, value: number) => counters.emit(cycles, 0, component, counterNames.indexOf(name), value)
  for (const { caches, translation } of system.tiles) {
    count("L1 hits", caches.hitsL1)
    count("L2 hits", caches.hitsL2)
    count("L2 misses", caches.missesL2)
    count("fetch misses", caches.fetchMisses)
    count("evictions", caches.evictions)
    count("page walks", translation.walks)
    count("walk references", translation.references)
    count("walks cancelled", translation.cancelled)
    count("invalidations", translation.invalidations)
    component++
  }
  for (let slice = 0; slice < system.homes.owners.length; slice++, component++) {
    count("LLC hits", system.homes.hits[slice])
    count("LLC misses", system.homes.misses[slice])
    count("invalidations sent", system.homes.invalidations[slice])
  }
  for (let channel = 0; channel < system.channels.owners.length; channel++, component++) {
    count("lines read", system.channels.reads[channel])
    count("lines written", system.channels.writes[channel])
    count("ticks waited", system.channels.waited[channel])
    count("tag reads", system.channels.tagReads)
  }
  for (let type = 0; type < messageNames.length; type++, component++) count("messages", system.interconnect.sent[type])
}
