/**
 * A chain of network functions over batches of packets, each function a domain of its own that is invoked once for a
 * batch: what a packet costs against the batch's size. A function executes instructions and looks up tables of its own,
 * the place of each look-up known only when the packet's fields have been hashed. Packets are in everybody's reach, are
 * handed from function to function, or are copied into each function's memory and back to the driver.
 */
import { type Exchange, InvalidInput, RegionKind, Verb } from "@isolde/core"
import { RandomStream } from "@isolde/core/kernel/random"
import { LINE_BYTES } from "@isolde/core/memory/pages"
import { type AccessPattern, strided } from "../programs/access-pattern.ts"
import { Code, type CodeInstruction } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { copyBetween } from "../programs/copy-between.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { atLeast, oneOf } from "./parameter-rule.ts"

export interface NetworkFunctionsParameters {
  readonly [name: string]: number | string
  readonly functions: string
  readonly batch: number
  readonly packets: number
  readonly ring: number
  readonly parallel: number
  readonly exchange: Exchange
  readonly objects: "packet" | "batch"
  readonly warm: "pages" | "lines"
}

const REQUEST = "packets"
const PACKET = LINE_BYTES
const PAGE = 4096
/** Areas: the driver's memory, packets, then the functions' own memory and their tables. */
const PACKETS = 1
/** Instructions that hash a packet's fields, of a function's own, before its first look-up. */
const HASH = 24

export const networkFunctions = experimentOf<NetworkFunctionsParameters>({
  name: "network-functions",
  meaning: "ticks per packet of a chain of network functions, each a domain that is invoked for a batch of packets",
  parameters: {
    functions:
      "the chain: instructions of each function for a packet, and behind a + each the bytes of a table that it looks up once, as 120,235+64M,355,267+64M+256K",
    batch: "packets of an invocation",
    packets: "packets measured, after a batch or as many that warm, whichever is more",
    ring: "packets of 64 bytes that there are in all, used by turns: at least a batch",
    parallel: "instructions of a function that execute at once where the core is wide enough: as many chains",
    exchange:
      "how packets reach a function: share, everybody reaches them; borrow, handed over and on; copy, a batch into its memory",
    objects: "what is handed over as one object: each packet, or a batch",
    warm: "what of the tables has been read before: one line of each page, or every line"
  },
  defaults: {
    functions: "120,235+64M,355,267+64M+256K",
    batch: 1,
    packets: 256,
    ring: 32,
    parallel: 3,
    exchange: "share",
    objects: "batch",
    warm: "pages"
  },
  accepts: {
    functions: { text: true },
    exchange: oneOf("share", "borrow", "copy"),
    objects: oneOf("packet", "batch"),
    warm: oneOf("pages", "lines")
  },
  together: ({ batch, ring }) => atLeast("ring", ring, "batch", batch),
  readings: [
    { name: "ticks", unit: "tick per operation", meaning: "one packet through the chain" },
    { name: "perTick", unit: "count", meaning: "packets in a tick" }
  ],
  scenario: (machine, parameters, mechanisms) => {
    const functions = functionsOf(parameters.functions)
    const object = parameters.objects === "batch" ? parameters.batch * PACKET : PACKET
    return {
      machine,
      mechanisms,
      workers: 1,
      workload: codeWorkload({
        name: "network-functions",
        config: parameters,
        domains: ["driver", ...functions.map((_, i) => `function ${i + 1}`)],
        areas: [
          { name: "memory of the driver", bytes: 4096 },
          {
            name: "packet",
            bytes: Math.floor((parameters.ring * PACKET) / object) * object,
            ...(parameters.exchange === "copy"
              ? {}
              : { kind: RegionKind.exchange, objects: { bytes: object, every: object } })
          },
          ...functions.flatMap(({ tables }, i) =>
            [Math.max(PAGE, 2 * parameters.batch * PACKET), ...tables].map((bytes, at) => ({
              name: `memory ${at} of function ${i + 1}`,
              bytes,
              owner: i + 1
            }))
          )
        ],
        requests: [REQUEST],
        exchange: parameters.exchange,
        threads: () => [{ code: codeOf(parameters, functions, object) }]
      })
    }
  },
  read: ({ requests }, { batch, packets }) => {
    const ticks = mean(ticksOf(requests, REQUEST)) / (Math.max(1, Math.floor(packets / batch)) * batch)
    return { ticks, perTick: 1 / ticks }
  }
})

interface NetworkFunction {
  readonly instructions: number
  /** Bytes of each table. */
  readonly tables: ReadonlyArray<number>
}

const scale: Readonly<Record<string, number>> = { "": 1, K: 1 << 10, M: 1 << 20 }

/** The chain that `text` says. Throws InvalidInput. */
export function functionsOf(text: string): ReadonlyArray<NetworkFunction> {
  return text.split(",").map((each, i) => {
    const [instructions = "", ...tables] = each.trim().split("+")
    const sizes = tables.map((size) => /^(\d+)([KM]?)$/.exec(size))
    if (!/^\d+$/.test(instructions) || sizes.includes(null)) {
      const expected = "instructions, and behind a + each the bytes of a table: 235+64M"
      const remedy = "Sizes may end in K or M."
      throw new InvalidInput([{ path: `config.functions[${i}]`, expected, actual: each, remedy }])
    }
    const bytesOf = (size: RegExpExecArray | null) => Number(size?.[1]) * (scale[size?.[2] ?? ""] ?? 1)
    return { instructions: Number(instructions), tables: sizes.map(bytesOf) }
  })
}

function codeOf(
  { batch, exchange, objects, packets, parallel, ring, warm }: NetworkFunctionsParameters,
  functions: ReadonlyArray<NetworkFunction>,
  object: number
): Code {
  const code = new Code([REQUEST])
  let area = PACKETS + 1
  const blocks = functions.map((each) => {
    const first = area
    area += 1 + each.tables.length
    each.tables.forEach((bytes, i) => readThrough(code, first + 1 + i, bytes, warm === "pages" ? PAGE : LINE_BYTES))
    const from = exchange === "copy" ? { area: first, packets: batch } : { area: PACKETS, packets: ring }
    return { area: first, block: code.block(packetCode(each, first, parallel, from)) }
  })
  // Regions: the driver's memory, then the packets' objects.
  const regions = Math.floor((ring * PACKET) / object)
  const perBatch = objects === "batch" ? 1 : batch
  let next = 0
  const handed = (from: number, to: number): void => {
    if (exchange !== "borrow" || from === to) return
    for (let i = 0; i < perBatch; i++)
      code.operate({ verb: Verb.move, region: 1 + ((next + i) % regions), from, to, bytes: object })
  }
  const pass = (): void => {
    blocks.forEach(({ area: own, block }, i) => {
      handed(i, i + 1)
      const before = i === 0 ? PACKETS : (blocks[i - 1]?.area as number)
      if (exchange === "copy")
        copyBetween(code, { domain: i, area: before }, { domain: i + 1, area: own }, batch * PACKET)
      code.operate({ verb: Verb.enter, from: 0, to: i + 1, activation: i })
      code.run(block, batch)
      code.operate({ verb: Verb.leave, from: i + 1, to: 0, activation: i })
    })
    handed(blocks.length, 0)
    const last = { domain: blocks.length, area: blocks.at(-1)?.area as number }
    if (exchange === "copy") copyBetween(code, last, { domain: 0, area: PACKETS }, batch * PACKET)
    next = (next + perBatch) % regions
  }
  const batches = Math.max(1, Math.floor(packets / batch))
  for (let i = 0; i < batches; i++) pass()
  code.begin(REQUEST)
  for (let i = 0; i < batches; i++) pass()
  return code.end(REQUEST)
}

/** One load per `step`: what a program that has run for long has left of a table in TLBs and caches. */
function readThrough(code: Code, area: number, bytes: number, step: number): void {
  const block = code.block([{ load: { area, at: strided(step, bytes) }, to: [0] }])
  code.run(block, Math.ceil(bytes / step))
}

/** One packet in one function: its header, a hash, the look-ups, the rest, and the header's new fields. */
function packetCode(
  { instructions, tables }: NetworkFunction,
  memory: number,
  parallel: number,
  { area, packets }: { readonly area: number; readonly packets: number }
): ReadonlyArray<CodeInstruction> {
  const header = strided(PACKET, packets * PACKET)
  const hash = tables.length === 0 ? 0 : Math.min(HASH, instructions >> 1)
  const others = Math.max(0, instructions - hash - tables.length - 3)
  const chains = Math.max(1, parallel)
  // A line of the function's own, behind packets that have been copied there.
  const own = area === memory ? packets * PACKET : 0
  return [
    { load: { area, at: header }, to: [0] },
    { load: { area: memory, at: () => own }, to: [1] },
    ...Array.from({ length: hash }, (): CodeInstruction => ({ data: [0], to: [0] })),
    ...tables.map((bytes, i): CodeInstruction => {
      return { load: { area: memory + 1 + i, at: anywhere(bytes, memory + i) }, address: [0], to: [2 + i] }
    }),
    ...Array.from({ length: others }, (_, i): CodeInstruction => {
      const register = 8 + (i % chains)
      return i < chains ? { data: [i % 2 === 0 ? 0 : 1], to: [register] } : { data: [register], to: [register] }
    }),
    { store: { area, at: header }, data: [tables.length > 0 ? 2 : 8] }
  ]
}

/** A line of the table for each packet, in no order. */
function anywhere(bytes: number, seed: number): AccessPattern {
  const random = new RandomStream(1 + seed, `table of ${bytes} bytes`)
  const lines = Math.max(1, Math.floor(bytes / LINE_BYTES))
  return () => ((random.next() >>> 0) % lines) * LINE_BYTES
}
