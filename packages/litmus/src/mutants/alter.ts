/**
 * The tools of mutants: other methods for a unit, for the kernel's routines, for the programs that are written while a
 * unit's method runs. Law: only the objects of one run are altered.
 */
import type { MachineParts, ProtectionUnit } from "@isolde/core/isolation/unit"
import type { MechanismInstance } from "@isolde/core/mechanism"
import type { Program } from "@isolde/core/processor/program"
import type { System } from "@isolde/core/scenario/system"

/** `instance` whose unit and machine parts `alter` changes once they are built. */
export const withUnit =
  (alter: (unit: ProtectionUnit, parts: MachineParts) => void) =>
  (instance: MechanismInstance): MechanismInstance => ({
    ...instance,
    build: (parts) => {
      const unit = instance.build(parts)
      alter(unit, parts)
      return unit
    }
  })

type Writer = "enter" | "leave" | "grant" | "revoke" | "move" | "openBoth"

/** What methods `names` of the unit write is written by `program` as `alter` changed it. */
export const withPrograms = (names: ReadonlyArray<Writer>, alter: (program: Program) => void) =>
  withUnit((unit) => {
    for (const name of names) {
      const write = unit[name].bind(unit) as (program: Program, ...rest: Array<unknown>) => void
      Object.assign(unit, {
        [name]: (program: Program, ...rest: Array<unknown>) => {
          const own = { ...program }
          alter(program)
          write(program, ...rest)
          for (const key of Object.keys(program)) if (!(key in own)) delete program[key as keyof Program]
        }
      })
    }
  })

/** Every program that a thread of the system executes is changed by `alter`, once. */
export const withEveryProgram =
  (alter: (program: Program) => void) =>
  (system: System): void => {
    const seen = new WeakSet<Program>()
    for (const t of system.threads) {
      const push = t.pushProgram.bind(t)
      t.pushProgram = (interrupts) => {
        const program = push(interrupts)
        if (!seen.has(program)) alter(program)
        seen.add(program)
        return program
      }
    }
  }

/** Leave `action` behind a serialising instruction without effect: the register that it writes stays what it was. */
export function withoutRegisterWrites(program: Program): void {
  const serialise = program.serialise.bind(program)
  const serialiseChain = program.serialiseChain.bind(program)
  const act = program.act.bind(program)
  let written = false
  program.serialiseChain = (kind, latency) => {
    written = true
    return serialiseChain(kind, latency)
  }
  program.serialise = (kind, latency) => {
    written = true
    return serialise(kind, latency)
  }
  program.act = (code, a, b) => {
    if (!written) return act(code, a, b)
    written = false
    return program
  }
}
