/**
 * What is said of one parameter of a machine, and the kinds of parameters that there are.
 * Law: a kind fixes unit and least value; the meaning is the parameter's own.
 */
import type { Sourced } from "./shape.ts"

/** Unit, meaning, least value and, where there is one, greatest value of one parameter. */
export interface Field {
  readonly unit: Sourced["unit"]
  readonly meaning: string
  readonly least: 0 | 1
  readonly most?: number
}

export const from0 = (meaning: string): Field => ({ unit: "count", meaning, least: 0 })
export const ticks = (meaning: string): Field => ({ unit: "tick", meaning, least: 0 })
/** Ticks of a way between two owners: an effect is never in the tick of its cause. */
export const way = (meaning: string): Field => ({ unit: "tick", meaning, least: 1 })
/** Cycles of the ring's, mesh's or fabric's own clock: ticks where it follows the core's. */
export const cycles = (meaning: string): Field => ({ unit: "network cycle", meaning, least: 0 })
export const nanoseconds = (meaning: string): Field => ({ unit: "ns", meaning, least: 0 })
export const instructions = (meaning: string): Field => ({ unit: "instruction", meaning, least: 0 })
export const size = (unit: Sourced["unit"], meaning: string): Field => ({ unit, meaning, least: 1 })
/** Bytes in a tick, sustained: a line's share of a tick needn't be whole. */
export const rate = (meaning: string): Field => ({ unit: "byte", meaning: `in a tick, ${meaning}`, least: 0 })

export const array = (what: string) => ({
  sets: size("set", `sets of the ${what}`),
  ways: size("way", `ways of each set of the ${what}`)
})

/** Page sizes are powers of two in a mask, so that one array can hold several. */
export const tlbArray = (what: string) => ({
  ...array(what),
  sizes: {
    unit: "mask",
    meaning: `pages that the ${what} holds: 1 for 4 KB + 2 for 2 MB + 4 for 1 GB; 0 if the machine has no such array`,
    least: 0,
    most: 7
  } as const
})

export const walkArray = (what: string) => ({
  sets: size("set", `sets of the ${what}`),
  ways: { unit: "way", meaning: `ways of each set of the ${what}; 0 if the machine has none`, least: 0 } as const
})
