/**
 * A machine without cores: private caches, homes, network and memory, wired as scenario/system.ts wires them.
 * Law: nothing is replaced; whoever listens to the caches is the test.
 */

import { CacheLevels } from "@isolde/core/coherence/cache-levels"
import { Homes } from "@isolde/core/coherence/homes"
import { LineHold } from "@isolde/core/coherence/line-hold"
import type { LineKeeper, LineListener } from "@isolde/core/coherence/line-listener"
import { PrivateCaches } from "@isolde/core/coherence/private-caches"
import { Interconnect } from "@isolde/core/interconnect/interconnect"
import { Placement } from "@isolde/core/interconnect/placement"
import { Kernel } from "@isolde/core/kernel/kernel"
import { type Machine, type MachineNumbers, numbersOf } from "@isolde/core/machines/machine"
import { MemoryChannels } from "@isolde/core/memory/channel"
import { Pages } from "@isolde/core/memory/pages"
import { tableSchemas } from "@isolde/core/trace/table-schema"
import { TraceTable } from "@isolde/core/trace/trace-table"

/** What a test has a hand in: before the parts define their events, and after, until the machine is sealed. */
export interface Hooks<Before, After> {
  readonly listener: (tile: number) => LineListener
  readonly before: (kernel: Kernel, pages: Pages) => Before
  readonly after: (kernel: Kernel, owners: Int32Array) => After
}

export interface Coreless<Before = unknown, After = unknown> {
  readonly kernel: Kernel
  readonly numbers: MachineNumbers
  readonly pages: Pages
  readonly placement: Placement
  readonly interconnect: Interconnect
  readonly channels: MemoryChannels
  readonly homes: Homes
  readonly tiles: ReadonlyArray<{ readonly caches: PrivateCaches }>
  /** [tile] owner */
  readonly owners: Int32Array
  /** Line `i` of the pages that were asked for. */
  readonly line: (i: number) => number
  readonly before: Before
  readonly after: After
}

/** The parts of `machine`, and memory of `pages` pages. */
export function coreless<Before, After>(
  machine: Machine,
  seed: number,
  count: number,
  hooks: Hooks<Before, After>
): Coreless<Before, After> {
  const kernel = new Kernel()
  const numbers = numbersOf(machine)
  const placement = new Placement(numbers)
  const pages = new Pages("shuffled", seed, placement.nodes)
  const first = pages.reserve(count)
  for (let page = first; page < first + count; page++) pages.line(page, 0)
  const before = hooks.before(kernel, pages)
  const interconnect = new Interconnect(kernel, numbers, new TraceTable(tableSchemas.messages, undefined))
  const receive = kernel.define("tile.receive", (owner, a, line) =>
    tiles[owner - (owners[0] as number)]?.caches.receive(a, line, kernel.now)
  )
  const owners = Int32Array.from({ length: numbers.tiles }, (_, tile) => {
    const owner = kernel.owner(`tile ${tile}`)
    const { latency, pipeline } = numbers.l2
    interconnect.attach(owner, placement.stopOfTile(tile), receive, pipeline, pipeline + latency)
    return owner
  })
  const channels = new MemoryChannels(kernel, interconnect, numbers, placement, pages, (line) => homes.ownerOf(line))
  const homes = new Homes(kernel, interconnect, numbers, placement, pages, owners)
  homes.messages.connect(channels)
  const after = hooks.after(kernel, owners)
  kernel.seal()
  const tiles = Array.from({ length: numbers.tiles }, (_, tile) => {
    const listener: LineKeeper = {
      hold: new LineHold(kernel, owners[tile] as number, receive),
      arrived: (miss, line, now, cause) => hooks.listener(tile).arrived(miss, line, now, cause),
      left: (line, now) => hooks.listener(tile).left(line, now)
    }
    return {
      caches: new PrivateCaches(
        tile,
        owners,
        interconnect,
        homes,
        numbers,
        listener,
        new CacheLevels(numbers, kernel.columns)
      )
    }
  })
  const line = (i: number) => pages.line(first + (i >> 6), (i & 63) * 64)
  return { kernel, numbers, pages, placement, interconnect, channels, homes, tiles, owners, line, before, after }
}
