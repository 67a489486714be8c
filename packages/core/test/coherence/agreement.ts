/** After quiescence: what the directory says of every line against what the caches hold. Law: nothing to report. */
import { CacheState } from "@isolde/core/coherence/cache-protocol"
import { HomeState, homeStates, LastSettled } from "@isolde/core/coherence/home-protocol"
import type { System } from "@isolde/core/scenario/system"

/** What the check looks at. */
export interface Shared extends Pick<System, "homes" | "pages" | "numbers"> {
  readonly tiles: ReadonlyArray<Pick<System["tiles"][number], "caches">>
}

/** Every disagreement as a sentence. */
export function disagreements(system: Shared): Array<string> {
  const found: Array<string> = []
  for (const [tile, { caches }] of system.tiles.entries()) {
    for (const line of caches.misses.pending()) found.push(`tile ${tile} still waits for line ${line}`)
    for (const [name, l1] of [
      ["L1D", caches.levels.l1d],
      ["L1I", caches.levels.l1i]
    ] as const) {
      for (const line of l1.tags) {
        if (line >= 0 && !caches.holds(line)) found.push(`PC1: line ${line} is in the ${name} of tile ${tile} only`)
      }
    }
  }
  for (let line = 0; line < system.pages.lines; line++) {
    const entry = system.homes.reports.entryOf(line)
    const holders = system.tiles.flatMap(({ caches }, tile) => {
      const { l2 } = caches.levels
      const row = l2.find(line % l2.sets, line)
      return row < 0 ? [] : [{ tile, state: l2.state[row] }]
    })
    const exclusive = holders.filter(({ state }) => state === CacheState.E || state === CacheState.M)
    const owners = holders.filter(({ state }) => state !== CacheState.S)
    const says = `line ${line}: ${homeStates[entry.state]}`
    if (entry.state > LastSettled) found.push(`${says} after quiescence`)
    if (entry.hasWay !== holders.length > 0 && !(system.numbers.llcPolicy === "inclusive" && entry.hasData))
      found.push(`LS1: ${says}, ${holders.length} tiles hold it, ${entry.hasWay ? "a" : "no"} way`)
    if (exclusive.length > 0 && holders.length > 1) found.push(`${says}, an owner and ${holders.length - 1} others`)
    if (entry.state === HomeState.E || entry.state === HomeState.M || entry.state === HomeState.O) {
      if (owners.length !== 1 || owners[0]?.tile !== entry.owner)
        found.push(`${says}, owner ${entry.owner} holds nothing`)
    } else for (const { tile } of owners) found.push(`${says}, but tile ${tile} owns it`)
    for (const { tile } of holders) {
      if (tile !== entry.owner && !entry.sharers.includes(tile)) found.push(`${says}, but tile ${tile} shares it`)
    }
    for (const tile of entry.sharers) {
      if (!holders.some((holder) => holder.tile === tile)) found.push(`${says}, but tile ${tile} shares nothing`)
    }
  }
  return found
}
