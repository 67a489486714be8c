/**
 * A call with a buffer: the caller writes it, another domain reads it and returns. It is copied into the callee's memory,
 * shared by both always, or handed over and back: the three over all sizes are where copying stops being cheaper.
 */
import { type Exchange, RegionKind, Verb } from "@isolde/core"
import { LINE_BYTES } from "@isolde/core/memory/pages"
import { strided } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { copyBetween } from "../programs/copy-between.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { atLeast, oneOf, orNone, percent } from "./parameter-rule.ts"

export interface PassBufferParameters {
  readonly [name: string]: number | string
  readonly bytes: number
  readonly exchange: Exchange
  readonly written: number
  readonly read: number
  readonly answer: number
  readonly rounds: number
}

const REQUEST = "calls"
const PAGE = 4096
const LIBRARY = 1
/** Memory of caller and callee, and the buffer that changes hands. */
const [PROGRAM, OWN, BUFFER] = [0, 1, 2]

export const passBuffer = experimentOf<PassBufferParameters>({
  name: "pass-buffer",
  meaning: "ticks of a call of another domain with a buffer that the caller has written and the callee reads",
  parameters: {
    bytes: "bytes of the buffer",
    exchange: "copy, into the callee's memory; share, both have it always; borrow, handed over and back",
    written: "percent of the buffer's lines that the caller writes before the call",
    read: "percent of them that the callee reads",
    answer: "bytes that the callee writes and the caller reads, copied back where the buffer was copied in",
    rounds: "calls measured, after as many that warm"
  },
  defaults: { bytes: 4096, exchange: "copy", written: 100, read: 100, answer: 0, rounds: 4 },
  accepts: { exchange: oneOf("copy", "share", "borrow"), written: percent, read: percent, answer: orNone },
  together: ({ answer, bytes }) => atLeast("bytes", bytes, "answer", answer),
  readings: [{ name: "ticks", unit: "tick", meaning: "one call, with writing and reading the buffer" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "pass-buffer",
      config: parameters,
      domains: ["program", "library"],
      areas: [
        { name: "memory", bytes: Math.max(PAGE, parameters.bytes) },
        { name: "memory of the library", bytes: Math.max(PAGE, parameters.bytes), owner: LIBRARY },
        ...(parameters.exchange === "copy"
          ? []
          : [{ name: "buffer", bytes: parameters.bytes, kind: RegionKind.exchange, exactly: true }])
      ],
      requests: [REQUEST],
      exchange: parameters.exchange,
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests }, { rounds }) => ({ ticks: mean(ticksOf(requests, REQUEST)) / rounds })
})

const linesOf = (bytes: number, percent = 100): number => Math.ceil((Math.ceil(bytes / LINE_BYTES) * percent) / 100)

function codeOf(parameters: PassBufferParameters): Code {
  const { answer, bytes, exchange, read, rounds, written } = parameters
  const code = new Code([REQUEST])
  const copies = exchange === "copy"
  const access = (kind: "load" | "store", area: number) => {
    const place = { area, at: strided(LINE_BYTES, Math.max(LINE_BYTES, bytes)) }
    return code.block([kind === "load" ? { load: place, to: [0] } : { store: place }])
  }
  const caller = {
    memory: { domain: 0, area: PROGRAM },
    writes: access("store", copies ? PROGRAM : BUFFER),
    reads: access("load", copies ? PROGRAM : BUFFER)
  }
  const callee = {
    memory: { domain: LIBRARY, area: OWN },
    writes: access("store", copies ? OWN : BUFFER),
    reads: access("load", copies ? OWN : BUFFER)
  }
  const run = (block: number, lines: number): void => {
    if (lines > 0) code.run(block, lines)
  }
  const call = (): void => {
    run(caller.writes, linesOf(bytes, written))
    if (copies) copyBetween(code, caller.memory, callee.memory, bytes)
    if (exchange === "borrow") code.operate({ verb: Verb.move, region: BUFFER, from: 0, to: LIBRARY, bytes })
    code.operate({ verb: Verb.enter, from: 0, to: LIBRARY, activation: 0 })
    run(callee.reads, linesOf(bytes, read))
    run(callee.writes, linesOf(answer))
    code.operate({ verb: Verb.leave, from: LIBRARY, to: 0, activation: 0 })
    if (exchange === "borrow") code.operate({ verb: Verb.move, region: BUFFER, from: LIBRARY, to: 0, bytes })
    if (copies && answer > 0) copyBetween(code, callee.memory, caller.memory, answer)
    run(caller.reads, linesOf(answer))
  }
  for (let round = 0; round < rounds; round++) call()
  code.begin(REQUEST)
  for (let round = 0; round < rounds; round++) call()
  return code.end(REQUEST)
}
