/** The loops of straight-loop.ts, compiled. Law: machines with the same numbers share one module. */

import { compiled } from "../integers/integer-code.ts"
import { Instance, type Module } from "../integers/web-assembly.ts"
import type { Cells } from "./cells.ts"
import { type LoopCalls, loopCallTypes } from "./loop-calls.ts"
import * as lookUps from "./straight-look-ups.ts"
import { run } from "./straight-loop.ts"
import type { LoopNumbers } from "./straight-numbers.ts"
import * as registers from "./straight-registers.ts"
import * as stores from "./straight-stores.ts"

/** Execute on from where the frame at `frame` says, on the tile whose cells begin at `tile`: why it stopped (Left). */
export type Loop = (frame: number, tile: number) => number

const { askedOf, claim, isWrong, lineRow, pageRow } = lookUps
const { doneAt, latestOf, laterOf } = registers
const { drainedAtOnce, freeStore, isOwned, suppliedBy } = stores
const lookedUp = [askedOf, claim, isWrong, lineRow, pageRow]
const inlined = [...lookedUp, doneAt, latestOf, laterOf, drainedAtOnce, freeStore, isOwned, suppliedBy]

const modules = new Map<string, Module>()

/** A loop over `cells`, for tiles of `numbers`. */
export function loopOf(numbers: LoopNumbers, calls: LoopCalls, cells: Cells): Loop {
  const key = JSON.stringify(numbers)
  let module = modules.get(key)
  if (module === undefined) {
    module = compiled({
      functions: [run, lookUps.find, lookUps.isNear, registers.know, lookUps.touch],
      inlined,
      numbers,
      calls: loopCallTypes
    })
    modules.set(key, module)
  }
  const imports = { heap: { memory: cells.memory }, calls: { ...calls } }
  const { exports } = new Instance(module, imports)
  return exports["run"] as Loop
}
