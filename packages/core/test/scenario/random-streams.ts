/**
 * Workers with random instruction streams over shared and private pages, with operations between blocks: what
 * exercises every part at once. Law: a worker's stream depends on the seed and its own number alone.
 */
import { Verb } from "@isolde/core/isolation/operation-script"
import { RandomStream } from "@isolde/core/kernel/random"
import { Entry, type Pages } from "@isolde/core/memory/pages"
import { Control } from "@isolde/core/processor/instruction-table"
import type { Workload } from "@isolde/core/scenario/workload"
import { type Instruction, streamOf } from "../instruction-builder.ts"
import { type Worker, workloadOf } from "../small-system.ts"

const PRESENT = Entry.present | Entry.writable
const BLOCK = 8

export interface StreamMix {
  readonly instructions: number
  /** Pages written by all; few lines of each are touched. */
  readonly shared: number
  /** mprotect calls of each worker. */
  readonly protects: number
  /** Lines of each page that are touched; default all 64. */
  readonly lines?: number
}

export function randomStreams(seed: number, { instructions, lines = 64, protects, shared }: StreamMix): Workload {
  return workloadOf((pages, workers) => {
    const common = pages.reserve(shared)
    const protectable = pages.reserve(4)
    return Array.from({ length: workers }, (_, worker) => {
      const own = pages.reserve(3)
      const code = pages.reserve(Math.ceil((instructions * 4) / 4096))
      const draw = new RandomStream(seed, `worker ${worker}`)
      const place = () => {
        const page = draw.below(3) === 0 ? common + draw.below(shared) : own + draw.below(3)
        return [draw.below(16) === 0 ? protectable + draw.below(4) : page, draw.below(lines * 8) * 8] as const
      }
      const list = Array.from({ length: instructions }, () => randomInstruction(draw, place))
      return worked(pages, code, list, protects, protectable, draw)
    })
  })
}

function worked(
  pages: Pages,
  code: number,
  list: ReadonlyArray<Instruction>,
  protects: number,
  protectable: number,
  draw: RandomStream
): Worker {
  const blocks = Math.ceil(list.length / BLOCK)
  const operationAt = Array.from({ length: protects }, (_, i) => Math.floor(((i + 1) * blocks) / (protects + 1)))
  return {
    stream: streamOf(pages, code, list, { block: BLOCK, operationAt }),
    operations: operationAt.map(() => ({
      verb: Verb.protect,
      page: protectable + draw.below(3),
      bytes: 1 + draw.below(2),
      rights: PRESENT
    }))
  }
}

function randomInstruction(draw: RandomStream, place: () => readonly [number, number]): Instruction {
  const register = () => draw.below(8)
  switch (draw.below(16)) {
    case 0:
    case 1:
    case 2:
      return { load: place(), address: [register()], to: [register()] }
    case 3:
      return { load: place(), to: [register()] }
    case 4:
    case 5:
      return { store: place(), address: [register()], data: [register()] }
    case 6:
      return { modify: place(), data: [register()], to: [register()], latency: 1 }
    case 7:
      return { control: Control.branch, data: [register()] }
    case 8:
      if (draw.below(8) > 0) return { latency: 3, data: [register(), register()], to: [register()] }
      return { modify: place(), control: Control.locked, latency: 18, to: [register()] }
    case 9:
      if (draw.below(16) > 0) return { load: acrossLines(place()), to: [register()] }
      return { control: draw.below(2) === 0 ? Control.fence : Control.serialising, latency: 20 }
    default:
      return { data: [register()], to: [register()] }
  }
}

/** The same page, from the last four bytes of the line on. */
const acrossLines = ([page, offset]: readonly [number, number]) => [page, (offset | 63) - 3] as const
