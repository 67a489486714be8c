/**
 * What claims and the table of mechanisms measure: terms over the experiments, with constants at the ends of their
 * ranges. Law: the same question is the same run, whoever asks it.
 */
import type { MachineOptions } from "@isolde/core"
import { bufferRounds } from "../validate/buffer-rounds.ts"
import type { Term } from "../validate/point.ts"
import { type End, machineAt } from "./constants.ts"

export interface Measured {
  /** `none`, a name, or a text that configures or combines. */
  readonly mechanism: string
  readonly config?: Readonly<Record<string, unknown>>
  readonly machine: string
  readonly end?: End
  readonly cores?: number
}

/** A reading of `experiment`, with the interrupt's latencies at `end` of their ranges. */
export function measuredBy(
  { config, cores = 1, end = "default", machine, mechanism }: Measured,
  experiment: string,
  reading: string,
  parameters: Term["parameters"] = {}
): Term {
  const overrides = machineAt(machine, "interrupt", end)
  const options = { cores, ...(end === "default" ? {} : { overrides }) } as MachineOptions
  return {
    machine,
    options,
    ...(mechanism === "none"
      ? {}
      : { mechanism: config === undefined ? { name: mechanism } : { name: mechanism, config } }),
    experiment,
    parameters,
    reading
  }
}

/** An invocation that does nothing, there and back. */
export const invocationOf = (of: Measured): Term => measuredBy(of, "invocation", "ticks")

/** A change of rights while `threads` threads run, each on a core of its own. */
export const rightsChangeOn = (of: Measured & { readonly threads: number }, reading: "ticks" | "interrupts"): Term =>
  measuredBy({ ...of, cores: of.threads }, "rights-change", reading, { threads: of.threads })

/** The same while the other threads go on and pass through gates from time to time. */
export const windowOn = (of: Measured, reading: "stale" | "unsafe" | "unbounded"): Term =>
  measuredBy({ ...of, cores: 4 }, "rights-change", reading, { threads: 4, laps: 64 })

/** Bits that one domain learns of another through a cache of their core, per observation. */
export const channelOn = (machine: string, parameters: Term["parameters"]): Term =>
  measuredBy({ machine, mechanism: "none" }, "time-protection", "capacity", parameters)

/** An invocation that reads the callee's memory, of `domains` domains in turn. */
export const visitOf = (of: Measured, domains: number): Term =>
  measuredBy(of, "many-domains", "ticks", { domains, visits: 256 })

/** Taking an object away of which `copies` authorities lie in a heap of `heapPages` pages. */
export const revocationOf = (of: Measured, parameters: { readonly copies: number; readonly heapPages: number }): Term =>
  measuredBy(of, "revocation", "ticks", parameters)

/** Handing a buffer to another domain without copying it. */
export const handOverOf = (of: Measured, bytes: number): Term =>
  measuredBy(of, "hand-over", "ticks", { bytes, rounds: bufferRounds(bytes) })

/** Copying it into another domain's memory and invoking that domain. */
export const copyAcrossOf = (of: Measured, bytes: number): Term =>
  measuredBy(of, "copy-across", "ticks", { bytes, rounds: bufferRounds(bytes) })

/** Copying it, without any isolation. */
export const copyOn = (machine: string, bytes: number, routine: string): Term =>
  measuredBy({ machine, mechanism: "none" }, "copy", "ticks", { bytes, routine, rounds: bufferRounds(bytes) })

/** Killing a domain that owns eight objects of a page each, while all threads but one are inside. */
export const terminationOf = (of: Measured, threads: number): Term =>
  measuredBy({ ...of, cores: threads }, "termination", "ticks", { threads, objects: 8 })

/** Handing over a structure of linked objects, each with rights of its own. */
export const structureOf = (
  of: Measured,
  structure: string,
  { every, objects }: { readonly every: number; readonly objects: number }
): Term => measuredBy(of, "linked-objects", "per object", { structure, objects, every })
