/**
 * Memory channels: a read is ready `latency` ticks after the channel takes it, and a channel takes one line
 * every `ticksPerLine`. A channel is an owner; its queue is the time at which it is free next.
 */
import { Message, pack, Source, tileOf, typeOf } from "../coherence/message.ts"
import type { Interconnect } from "../interconnect/interconnect.ts"
import type { Placement } from "../interconnect/placement.ts"
import { Phase } from "../kernel/event-queue.ts"
import type { Kernel } from "../kernel/kernel.ts"
import { readOf } from "../machines/latencies.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import { LINES_PER_PAGE, type Pages } from "./pages.ts"

export class MemoryChannels {
  readonly owners: Int32Array // [channel] owner
  readonly reads: Float64Array // [channel] lines read
  readonly writes: Float64Array // [channel] lines written
  readonly waited: Float64Array // [channel] ticks that lines waited for the channel
  /** Ticks that the channel is taken for the tags of a tagged line, and which pages are tagged; none by default. */
  tagTicks = 0
  readonly tagReads: Float64Array // [channel] lines whose tags were fetched with them
  taggedFrames = new Uint8Array(0) // [frame] 1 when its lines have tags in memory
  readonly #freeAt: Int32Array // [channel] tick
  readonly #first: number
  readonly #kernel: Kernel
  readonly #interconnect: Interconnect
  readonly #latency: number
  readonly #ticksPerLine: number
  readonly #ready: number
  readonly #placement: Placement
  readonly #pages: Pages
  readonly #perSocket: number
  readonly #homeOf: (line: number) => number

  constructor(
    kernel: Kernel,
    interconnect: Interconnect,
    numbers: MachineNumbers,
    placement: Placement,
    pages: Pages,
    homeOf: (line: number) => number
  ) {
    const { ticksPerLine } = numbers.memory
    const { channels } = placement
    this.#perSocket = numbers.memory.channels
    this.#placement = placement
    this.#pages = pages
    this.#kernel = kernel
    this.#interconnect = interconnect
    this.#latency = readOf(numbers.memory)
    this.#ticksPerLine = ticksPerLine
    this.#homeOf = homeOf
    this.#freeAt = new Int32Array(channels)
    this.reads = new Float64Array(channels)
    this.writes = new Float64Array(channels)
    this.waited = new Float64Array(channels)
    this.tagReads = new Float64Array(channels)
    const arrive = kernel.define("memory.arrive", (owner, a, line) => this.#arrive(owner - this.#first, a, line))
    this.#ready = kernel.define("memory.ready", (owner, a, line) => this.#reply(owner, a, line))
    this.owners = Int32Array.from({ length: channels }, (_, channel) => {
      const owner = kernel.owner(`memory channel ${channel}`)
      interconnect.attach(owner, placement.stopOfChannel(channel), arrive, numbers.memory.pipeline)
      return owner
    })
    this.#first = this.owners[0]
  }

  /** Channel that holds `line`, of the socket that holds its frame: consecutive lines alternate. */
  ownerOf(line: number): number {
    const socket = this.#placement.socketOfNode(this.#pages.nodeOfLine(line))
    return this.owners[socket * this.#perSocket + (line % this.#perSocket)]
  }

  #arrive(channel: number, a: number, line: number): void {
    const now = this.#kernel.now
    const free = this.#freeAt[channel]
    const start = free > now ? free : now
    let taken = this.#ticksPerLine
    if (this.tagTicks > 0 && this.taggedFrames[(line / LINES_PER_PAGE) | 0] === 1) {
      taken += this.tagTicks
      this.tagReads[channel]++
    }
    this.#freeAt[channel] = start + taken
    this.waited[channel] += start - now
    if (typeOf(a) === Message.MemWrite) {
      this.writes[channel]++
      return
    }
    this.reads[channel]++
    const owner = this.owners[channel]
    this.#kernel.schedule(
      start + this.#latency + taken - this.#ticksPerLine,
      Phase.Deliver,
      owner,
      owner,
      this.#ready,
      a,
      line
    )
  }

  #reply(owner: number, a: number, line: number): void {
    const data = pack(Message.MemData, tileOf(a), 0, Source.dram)
    this.#interconnect.send(this.#kernel.now, owner, this.#homeOf(line), data, line)
  }
}
