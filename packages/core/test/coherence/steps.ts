/** One access after another on a machine without cores, each alone: how long it takes, and what it leaves behind. */
import { homeStates } from "@isolde/core/coherence/home-protocol"
import { Keeps } from "@isolde/core/coherence/message"
import { Port } from "@isolde/core/coherence/port"
import { Retry } from "@isolde/core/coherence/retry"
import { Phase } from "@isolde/core/kernel/event-queue"
import type { Machine } from "@isolde/core/machines/machine"
import { type Coreless, coreless } from "./traffic/coreless.ts"

/** Ticks between accesses: whatever one causes is over before the next. */
const APART = 10_000

export class Steps {
  readonly parts: Coreless
  readonly #kind: number
  #tick = 0
  #act: () => void = () => undefined
  #over = 0

  constructor(machine: Machine) {
    const { after, ...parts } = coreless(machine, 1, 4, {
      listener: () => ({
        arrived: (_miss, _line, now) => {
          this.#over = now
        },
        left: () => undefined
      }),
      before: () => undefined,
      after: (kernel) => kernel.define("test.act", () => this.#act())
    })
    this.parts = { ...parts, after }
    this.#kind = after
  }

  /** `tile` does `access` to line `i`, tried again until it is done: ticks until the line may be used. */
  do(
    tile: number,
    access: "load" | "store" | "fetch" | "storeWhole" | "writeThrough" | "writeHome",
    i: number
  ): number {
    const { kernel, line, owners, tiles } = this.parts
    const caches = tiles[tile]?.caches
    if (caches === undefined) throw new Error(`no tile ${tile}`)
    for (;;) {
      this.#tick += APART
      let result = 0
      this.#act = () => {
        caches.limit = 0x7fff_ffff
        result =
          access === "writeHome"
            ? caches.writeThrough(line(i), this.#tick, Port.stream, Keeps)
            : caches[access](line(i), this.#tick)
      }
      kernel.schedule(this.#tick, Phase.Execute, owners[tile] as number, owners[tile] as number, this.#kind)
      kernel.run(1e6, 2 ** 31, 0x7e00_0000)
      if (result !== Retry) return (result < 0 ? this.#over : result) - this.#tick
    }
  }

  /** What line `i` is in each tile ("I" if it isn't there) and at its home, and whether the slice has its data. */
  look(i: number): { readonly tiles: Array<string>; readonly home: string; readonly hasData: boolean } {
    const { homes, line, tiles } = this.parts
    const { hasData, state } = homes.reports.entryOf(line(i))
    return {
      tiles: tiles.map(({ caches }) => caches.describe(line(i)) ?? "I"),
      home: homeStates[state] as string,
      hasData
    }
  }
}
