/**
 * Ticks to copy a buffer again and again: the same bytes from the same place to the same place, caches and
 * prefetchers as earlier copies left them. Buffers begin at the start of a page.
 */
import type { Machine, MechanismInstance } from "@isolde/core"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { type CopyRoutine, copyRoutine } from "../programs/copy-routine.ts"
import { ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { oneOf, orNone } from "./parameter-rule.ts"

export interface CopyParameters {
  readonly [name: string]: number | string
  readonly bytes: number
  readonly routine: CopyRoutine
  readonly warm: number
}

const REQUEST = "copy"
/** Bytes that the measured copies come to at least, so that one copy's end is lost in many. */
const MEASURED_BYTES = 1 << 17
/** Fewest and most measured copies. */
const COPIES = [1, 256] as const

export const copy = experimentOf<CopyParameters>({
  name: "copy",
  meaning: "ticks to copy a buffer that was copied before",
  parameters: {
    bytes: "bytes of the buffer: 16 times a power of two",
    routine:
      "string: REP MOVSB of x86-64; vector: 32-byte moves; wide: 64-byte moves; non-temporal: those past the caches, and SFENCE; pairs: memcpy of AArch64 with 32-byte pairs",
    warm: "copies before the measured ones"
  },
  defaults: { bytes: 4096, routine: "string", warm: 2 },
  accepts: {
    bytes: { least: 16, powerOfTwo: true },
    routine: oneOf("string", "vector", "wide", "non-temporal", "pairs"),
    warm: orNone
  },
  readings: [{ name: "ticks", unit: "tick", meaning: "one copy" }],
  scenario: (machine: Machine, parameters, mechanisms: ReadonlyArray<MechanismInstance>) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "copy",
      config: parameters,
      areas: [
        { name: "source", bytes: parameters.bytes, of: "worker" },
        { name: "destination", bytes: parameters.bytes, of: "worker" }
      ],
      requests: [REQUEST],
      threads: () => [{ code: copyCode(parameters) }]
    })
  }),
  read: ({ requests }, parameters) => ({
    ticks: (ticksOf(requests, REQUEST)[0] as number) / copiesOf(parameters)
  })
})

const copiesOf = ({ bytes }: CopyParameters): number =>
  Math.min(COPIES[1], Math.max(COPIES[0], Math.ceil(MEASURED_BYTES / bytes)))

function copyCode(parameters: CopyParameters): Code {
  const code = new Code([REQUEST])
  const once = copyRoutine(code, parameters.routine, parameters.bytes, 0, 1)
  code.repeat(parameters.warm, once)
  code.begin(REQUEST)
  code.repeat(copiesOf(parameters), once)
  return code.end(REQUEST)
}
