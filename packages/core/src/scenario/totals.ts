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
  "tag writes",
  "row hits",
  "row conflicts",
  "reads answered by a waiting write",
  "ticks the data bus was taken",
  "messages",
  "ticks links were taken",
  "ticks messages waited",
  "recalls sent"
]

/** Names of components: tiles, slices, channels, then message types. */
export function componentNames(system: System): Array<string> {
  return [
    ...system.tiles.map((_, tile) => `tile ${tile}`),
    ...Array.from(system.homes.owners, (_, slice) => `LLC slice ${slice}`),
    ...Array.from(system.channels.owners, (_, channel) => `memory channel ${channel}`),
    ...messageNames.map((name) => `messages ${name}`),
    "interconnect"
  ]
}

export function writeTotals(system: System, cycles: number): void {
  const { accounting, counters } = system.tables
  for (const thread of system.used) {
    const slots = system.slots.of(thread)
    for (let cause = 0; cause < causeNames.length; cause++)
      accounting.emit(cycles, system.threads[thread].owner, thread, cause, slots[cause])
  }
  let component = 0
  let owner = 0
  const count = (name: string, value: number) =>
    counters.emit(cycles, owner, component, counterNames.indexOf(name), value)
  for (const { caches, threads, translation } of system.tiles) {
    owner = threads[0].owner
    count("L1 hits", caches.hitsL1)
    count("L2 hits", caches.hitsL2)
    count("L2 misses", caches.missesL2)
    count("fetch misses", caches.fetchMisses)
    count("evictions", caches.departures.evictions)
    count("page walks", translation.walkers.walks)
    count("walk references", translation.walkers.references)
    count("walks cancelled", translation.walkers.cancelled)
    count("invalidations", translation.invalidations)
    component++
  }
  for (let slice = 0; slice < system.homes.owners.length; slice++, component++) {
    owner = system.homes.owners[slice]
    count("LLC hits", system.homes.hits[slice])
    count("LLC misses", system.homes.misses[slice])
    count("invalidations sent", system.homes.messages.invalidations[slice])
    count("recalls sent", system.homes.messages.recalls[slice])
  }
  for (let channel = 0; channel < system.channels.owners.length; channel++, component++) {
    owner = system.channels.owners[channel]
    const controller = system.channels.controllers[channel]
    count("lines read", controller.reads)
    count("lines written", controller.writes)
    count("row hits", controller.hits)
    count("row conflicts", controller.conflicts)
    count("reads answered by a waiting write", controller.forwarded)
    count("ticks waited", controller.waited)
    count("ticks the data bus was taken", controller.banks.busTaken)
    count("tag reads", controller.tagReads)
    count("tag writes", controller.tagWrites)
  }
  owner = system.interconnect.owner
  for (let type = 0; type < messageNames.length; type++, component++) count("messages", system.interconnect.sent[type])
  const sum = (ticks: Float64Array) => ticks.reduce((total, each) => total + each, 0)
  count("ticks links were taken", sum(system.interconnect.linkBusy))
  count("ticks messages waited", sum(system.interconnect.linkWaited))
}
