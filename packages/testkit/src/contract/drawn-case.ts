/**
 * Random programs as the contract draws and runs them: steps of each worker, on one of a few small machines. Law: what is
 * drawn is data, so that a program that has failed once can be written down and run again.
 */
import fc from "fast-check"
import { programWorkload } from "../program-workload.ts"
import { type TinyMachineOptions, tinyMachine } from "../tiny-machine.ts"
import type { Case } from "./laws.ts"
import { observe } from "./observed-run.ts"
import type { Step, Vocabulary } from "./planned-program.ts"
import type { Protection } from "./protection.ts"
import { randomProgram, stepsOf } from "./random-program.ts"

/** A program that was drawn, and where it runs. */
export interface Drawn {
  readonly machine: keyof typeof shapes
  readonly steps: ReadonlyArray<ReadonlyArray<Step>>
  readonly seed: number
}

/** Machines that the programs run on, one worker per hardware thread. */
const shapes = {
  "two cores": { workers: 2, options: { cores: 2 } },
  "two cores in order": { workers: 2, options: { cores: 2, inOrder: true } },
  "one core, two threads": { workers: 2, options: { cores: 1, threadsPerCore: 2 } },
  "four cores": { workers: 4, options: { cores: 4 } }
} as const satisfies Record<string, { readonly workers: number; readonly options: TinyMachineOptions }>

export const drawn: fc.Arbitrary<Drawn> = fc
  .record({ machine: fc.constantFrom(...(Object.keys(shapes) as Array<keyof typeof shapes>)), seed: fc.nat(1000) })
  .chain((of) => stepsOf(shapes[of.machine].workers).map((steps) => ({ ...of, steps })))

/** `of` run under `protection`, in the words that it understands. */
export function runCase(protection: Protection, words: Vocabulary, of: Drawn, runAhead = true, judged = true): Case {
  const made = randomProgram(of.steps, words)
  const workload = { ...programWorkload(made.program), judged }
  const { options, workers } = shapes[of.machine]
  const machine = tinyMachine({ base: protection.traits.nativeMachine, ...options })
  const run = observe({ machine, mechanisms: protection.mechanisms, workload, workers, seed: of.seed, runAhead })
  return { made, run, traits: protection.traits, findsAtGates: protection.findsAtGates }
}
