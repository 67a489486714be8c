/**
 * The memory channels: one owner each, with a controller (memory-controller.ts) in front of its banks. A read that
 * arrives is answered to its line's home; a write is not.
 * Law: a line's channel belongs to the socket of the node that holds its frame.
 */
import * as fromMessage from "../coherence/message.ts"
import type { Interconnect } from "../interconnect/interconnect.ts"
import type { Placement } from "../interconnect/placement.ts"
import type { Kernel } from "../kernel/kernel.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import { AddressMap } from "./address-map.ts"
import { MemoryController } from "./memory-controller.ts"
import type { Pages } from "./pages.ts"
import { TagStore } from "./tag-store.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Message, pack, Source, tileOf } = fromMessage

export class MemoryChannels {
  readonly owners: Int32Array // [channel] owner
  readonly controllers: ReadonlyArray<MemoryController> // [channel]
  readonly #placement: Placement
  readonly #perSocket: number
  readonly #first: number
  readonly #kernel: Kernel
  readonly #interconnect: Interconnect
  readonly #map: AddressMap
  readonly #pages: Pages
  readonly #homeOf: (line: number) => number

  constructor(
    kernel: Kernel,
    interconnect: Interconnect,
    numbers: MachineNumbers,
    placement: Placement,
    pages: Pages,
    homeOf: (line: number) => number
  ) {
    const { memory } = numbers
    this.#kernel = kernel
    this.#interconnect = interconnect
    this.#pages = pages
    this.#homeOf = homeOf
    this.#placement = placement
    this.#perSocket = memory.channels
    this.#map = new AddressMap(memory)
    const arrive = kernel.define("memory.arrive", (owner, a, line) => this.#of(owner).arrive(a, line))
    const ready = kernel.define("memory.ready", (owner, a, line) => this.#reply(owner, a, line))
    const decide = kernel.define("memory.decide", (owner) => this.#of(owner).decide())
    const count = placement.channels
    this.owners = Int32Array.from({ length: count }, (_, channel) => {
      const owner = kernel.owner(`memory channel ${channel}`)
      interconnect.attach(owner, placement.stopOfChannel(channel), arrive, memory.pipeline)
      return owner
    })
    this.controllers = Array.from(this.owners, (owner, channel) => {
      const share = channel / (count * memory.ranks)
      return new MemoryController(kernel, owner, memory, this.#map, share, ready, decide)
    })
    this.#first = this.owners[0]
  }

  /** [channel] lines read. */
  get reads(): Array<number> {
    return this.controllers.map((controller) => controller.reads)
  }

  /** [channel] lines written. */
  get writes(): Array<number> {
    return this.controllers.map((controller) => controller.writes)
  }

  /** Owner of the channel that holds `line`. */
  ownerOf(line: number): number {
    const socket = this.#placement.socketOfNode(this.#pages.nodeOfLine(line))
    return this.owners[socket * this.#perSocket + this.#map.channelOf(line)]
  }

  /**
   * Keep tags of the lines of `frames` ([frame] 1) in memory: one line holds those of `perLine` lines, and each
   * channel caches `cached` such lines.
   */
  keepTags(frames: Uint8Array, perLine: number, cached: number): void {
    for (const controller of this.controllers) controller.tags = new TagStore(frames, perLine, cached)
  }

  #of(owner: number): MemoryController {
    return this.controllers[owner - this.#first]
  }

  #reply(owner: number, a: number, line: number): void {
    const data = pack(Message.MemData, tileOf(a), 0, Source.dram)
    this.#interconnect.send(this.#kernel.now, owner, this.#homeOf(line), data, line)
  }
}
