/**
 * One channel under load: lines offered at a rate, whatever became of those before them, and how long reads take.
 * Law: the gaps between arrivals are drawn from integer tables of a seed, so that a curve is the same everywhere.
 */
import { RandomStream } from "@isolde/core/kernel/random"
import { type MemoryNumbers, oneChannel } from "./one-channel.ts"

export interface Load {
  /** Lines offered per line's time on the data bus: 1 is the peak bandwidth. */
  readonly offered: number
  /** So many streams of consecutive lines, each its own; 0 for random lines of 1 GB. */
  readonly streams: number
  /** Every so many-th line is written, none for 0. */
  readonly writeEvery: number
  readonly overrides?: Partial<MemoryNumbers>
}

export interface Loaded {
  /** Mean ticks of a read. */
  readonly latency: number
  /** Share of the peak bandwidth that was served. */
  readonly served: number
  readonly hits: number
}

const LINES = 12_000

export function underLoad({ offered, overrides = {}, streams, writeEvery }: Load): Loaded {
  const random = new RandomStream(1, "load")
  const channel = oneChannel(overrides)
  const { controller, numbers, read, write } = channel
  const gap = numbers.ticksPerLine / offered
  const next = Array.from({ length: streams }, (_, stream) => stream * (1 << 19) + random.below(1 << 16))
  const arrivals = new Map<number, number>()
  const first = 20_000
  let tick = first
  for (let i = 0; i < LINES; i++) {
    // Between nothing and twice the mean.
    tick += (gap * random.below(2001)) / 1000
    const stream = streams === 0 ? -1 : random.below(streams)
    const line = stream < 0 ? random.below(4096) * 4096 + random.below(4096) : (next[stream] as number)
    if (stream >= 0) next[stream] = line + 1
    const at = Math.round(tick)
    if (writeEvery > 0 && i % writeEvery === 0) write(at, line)
    else if (!arrivals.has(line)) {
      arrivals.set(line, at)
      read(at, line)
    }
  }
  channel.run()
  let sum = 0
  let last = first
  for (const { line, tick: answered } of channel.answers) {
    sum += answered - (arrivals.get(line) as number)
    if (answered > last) last = answered
  }
  return {
    latency: sum / channel.answers.length,
    served: controller.banks.busTaken / (last - first),
    hits: controller.hits / LINES
  }
}
