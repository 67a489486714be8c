/**
 * The hold model: so many events pend, and each that is dispatched schedules itself anew. It runs through the kernel's
 * own table of handlers, sixteen owners and two kinds of event.
 * Law: the delays are those of the C++ baseline, from the same generator.
 */
import { Phase } from "@isolde/core/kernel/event-queue"
import { Kernel } from "@isolde/core/kernel/kernel"

/** Delays of hardware (1, 1, 2, 4, 10, 30, 100 or 200 ticks), or exponential with a mean of a million. */
export type Delays = "hw" | "exp"

const DELAYS = 65_536
const OWNERS = 16
/** Events between two looks at the clock. */
const SLICE = 65_536
/** Ticks after which a kernel is replaced by a fresh one: its offsets have 31 bits. */
const MOST_TICKS = 1.5e9
const hardware = [1, 1, 2, 4, 10, 30, 100, 200]

export function delayTable(delays: Delays): Int32Array {
  let x = 2_463_534_242
  return Int32Array.from({ length: DELAYS }, () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    x >>>= 0
    return delays === "hw" ? (hardware[x >>> 29] as number) : 1 + Math.floor(-Math.log((x + 1) / 4_294_967_297) * 1e6)
  })
}

/** Million events per second with `pending` events, once `warmUp` have passed. */
export function holdModel(delays: Delays, pending: number, events: number, warmUp: number): number {
  const table = delayTable(delays)
  let kernel = holding(table, pending)
  let elapsed = 0
  let measured = 0
  for (let done = 0; measured < events; ) {
    if (kernel.now > MOST_TICKS) kernel = holding(table, pending)
    const begin = performance.now()
    kernel.run(SLICE, Number.MAX_SAFE_INTEGER, 0x7fff_ffff)
    const end = performance.now()
    done += SLICE
    if (done <= warmUp) continue
    elapsed += end - begin
    measured += SLICE
  }
  return measured / elapsed / 1000
}

/** What events do: each schedules itself anew, behind the next delay. */
class Events {
  readonly #kernel: Kernel
  readonly #delays: Int32Array
  /** Of even events, and of odd ones. */
  readonly #kinds: ReadonlyArray<number>
  #at = 0
  #ticks = 0

  constructor(kernel: Kernel, delays: Int32Array) {
    this.#kernel = kernel
    this.#delays = delays
    this.#kinds = [
      kernel.define("add", (owner, event) => this.#add(owner, event)),
      kernel.define("mix", (owner, event) => this.#mix(owner, event))
    ]
  }

  #add(owner: number, event: number): void {
    this.#ticks = (this.#ticks + this.#kernel.now) | 0
    this.again(owner, event)
  }

  #mix(owner: number, event: number): void {
    this.#ticks ^= this.#kernel.now
    this.again(owner, event)
  }

  again(owner: number, event: number): void {
    const kernel = this.#kernel
    const at = (this.#at + 1) & (DELAYS - 1)
    this.#at = at
    kernel.schedule(
      kernel.now + (this.#delays[at] as number),
      Phase.Deliver,
      owner,
      owner,
      this.#kinds[event & 1] as number,
      event
    )
  }
}

/** A kernel with `pending` events that never end. */
function holding(delays: Int32Array, pending: number): Kernel {
  const kernel = new Kernel()
  const events = new Events(kernel, delays)
  for (let owner = 0; owner < OWNERS; owner++) kernel.owner(`owner ${owner}`)
  kernel.seal()
  for (let event = 0; event < pending; event++) events.again(event % OWNERS, event)
  return kernel
}
