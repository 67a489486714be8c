/**
 * Execution of an instruction stream: fetch by line, the instructions that a mechanism adds, dependences
 * through registers and through memory, accesses in order, branches that are mispredicted at a stated rate.
 */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import * as fromRetry from "../coherence/retry.ts"
import type { Translation } from "../translation/translation.ts"
import { Branches } from "./branches.ts"
import * as fromCause from "./cause.ts"
import * as fromForwarding from "./forwarding.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import * as fromHardwareThread from "./hardware-thread.ts"
import { InstructionFetch } from "./instruction-fetch.ts"
import type { InstructionStream } from "./instruction-stream.ts"
import * as fromInstructionTable from "./instruction-table.ts"
import type { Pipeline } from "./pipeline.ts"
import * as fromPipeline from "./pipeline.ts"
import { StraightLine } from "./straight-line.ts"
import * as fromStraightSteps from "./straight-steps.ts"
import type { TileContext } from "./tile-context.ts"
import * as fromWindow from "./window.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Retry } = fromRetry
const { Cause } = fromCause
const { Block } = fromHardwareThread
const { Forward, forwardSlot, isBuffered, noteStore } = fromForwarding
const { AccessKind, Control, FIELDS, Field } = fromInstructionTable
const { Stopped } = fromPipeline
const { Stop } = fromStraightSteps
const { ACCESSES, OPERANDS, placeOf, Unresolved } = fromWindow
type Cause = fromCause.Cause

export class StreamExecution {
  readonly #pipeline: Pipeline
  readonly #caches: PrivateCaches
  readonly #branches: Branches
  readonly #fetch: InstructionFetch
  readonly #straight: StraightLine
  // Producers (instruction numbers) of the instruction at hand that are unresolved, address first.
  readonly #producers = new Int32Array(OPERANDS)
  #producerCount = 0

  constructor(
    pipeline: Pipeline,
    caches: PrivateCaches,
    translation: Translation,
    { numbers, pages, seed }: TileContext,
    firstThread: number
  ) {
    this.#pipeline = pipeline
    this.#caches = caches
    this.#branches = new Branches(pipeline, numbers, seed, firstThread, caches.levels.cells)
    const branches = this.#branches
    const fetch = new InstructionFetch(caches, translation, pages)
    this.#fetch = fetch
    this.#straight = new StraightLine({ branches, caches, fetch, numbers, pages, pipeline, translation })
  }

  /** Execute on from where `t` is; false when stopped by the limit or blocked, true where an operation or the end is due. */
  runBlock(t: HardwareThread): boolean {
    const stream = t.stream
    if (stream === undefined) return false
    t.trusted = false
    const { blockInstructions, table } = stream
    const rows = table.rows
    for (;;) {
      const why = this.#straight.run(t)
      if (why === Stop.fetching) return false
      if (why === Stop.over || t.blockAt === t.blockEnd) return true
      if (t.mispredicted >= 0) {
        t.block = Block.drain
        return false
      }
      const at = blockInstructions[t.blockAt] * FIELDS
      if (!this.#fetch.has(t, rows, at)) return false
      if (!this.#issue(t, stream, rows, at)) return false
      t.blockAt++
      t.instructions++
    }
  }

  /** The walk that a fetch waited for is over: the line is asked for before anything can take the translation away (MP5). */
  fetchOn(t: HardwareThread): void {
    if (t.stream !== undefined) this.#fetch.fetch(t, t.stream.table.rows, t.fetchAt)
  }

  #issue(t: HardwareThread, stream: InstructionStream, rows: Int32Array, at: number): boolean {
    const pipeline = this.#pipeline
    const window = t.window
    const facts = rows[at + Field.facts]
    const control = (facts >>> 16) & 15
    const storing = (facts >>> 20) & 15
    let from = 0
    if (control >= Control.fence) {
      from = pipeline.drained(t, control !== Control.serialising)
      if (from === Unresolved) return false
    }
    if (storing > 0) {
      const free = pipeline.storeSlot(t)
      if (free === Unresolved) return false
      if (free > from) from = free
    }
    const loading = (facts >>> 28) & 1
    if (loading === 1) {
      const free = pipeline.loadSlot(t)
      if (free === Unresolved) return false
      if (free > from) from = free
    }
    if (!pipeline.added(t, (facts >>> 24) & 15)) return false
    const tick = pipeline.dispatch(t, from, Cause.application)
    if (tick === Stopped) return false
    t.addedAt = 0

    if (loading === 1) t.loads.take()
    pipeline.port.site = at + 1
    this.#producerCount = 0
    const addressReady = this.#operands(t, rows[at + Field.addressSources], tick) + (rows[at + Field.accesses] >>> 8)
    const addressProducers = this.#producerCount
    const dataReady = this.#operands(t, rows[at + Field.dataSources], tick)
    const start = rows[at + Field.accessStart]
    const count = rows[at + Field.accesses] & 255
    const latency = facts & 0xffff

    let complete = addressReady > dataReady ? addressReady : dataReady
    let entry = -1
    if (this.#producerCount > 0) entry = this.#unresolved(t, complete, latency, addressProducers > 0 && count > 0)
    let cause: Cause = control >= Control.fence ? Cause.serialise : Cause.execute
    let translated = 0
    for (let k = 0; k < count; k++) {
      const access = t.access++
      const page = stream.pageOf[stream.accessPage[access]]
      const offset = stream.accessOffset[access]
      const bytes = stream.table.accessSize[start + k]
      const kind = stream.table.accessKind[start + k]
      const exempt = facts >>> 30 === 1
      t.accesses++
      if ((kind & AccessKind.store) === 0) {
        const ready = this.#load(t, page, offset, bytes, exempt, addressReady, entry, complete, latency)
        if (ready >= 0) {
          if (ready > complete) {
            complete = ready
            if (control < Control.fence || pipeline.port.cause !== Cause.l1) cause = pipeline.port.cause
            translated = pipeline.port.translated
          }
        } else if (entry < 0) entry = -1 - ready
      }
      if (kind !== AccessKind.load) {
        t.stores.nextWay = kind >>> 2
        const ready = this.#store(t, page, offset, bytes, exempt, addressReady, entry, complete, latency)
        if (ready >= 0) {
          if (ready > complete) {
            complete = ready
            translated = ready
          }
        } else if (entry < 0) entry = -1 - ready
      }
    }
    if (entry < 0) {
      complete += latency
      if (complete === tick) complete = tick + 1
      window.append(complete, cause)
      if (translated > addressReady) {
        const last = (window.next - 1) & window.mask
        window.waits(last, Cause.pageWalk, translated)
      }
    } else if (window.base[entry] < complete) window.base[entry] = complete
    if (storing > 0) pipeline.commitStores(t.stores, window)
    const result = entry < 0 ? complete : -window.next
    for (let fields = rows[at + Field.destinations]; fields !== 0; fields >>>= 6) t.ready[fields & 63] = result
    if (control !== Control.none) this.#branches.steer(t, control, result)
    return true
  }

  /** Latest ready tick of the registers packed in `fields`, at least `tick`; producers unresolved are noted. */
  #operands(t: HardwareThread, packed: number, tick: number): number {
    let latest = tick
    for (let fields = packed; fields !== 0; fields >>>= 6) {
      let ready = t.ready[fields & 63]
      if (ready < 0) {
        const done = t.window.doneAt(-1 - ready)
        if (done < 0) {
          this.#producers[this.#producerCount++] = -1 - ready
          continue
        }
        t.ready[fields & 63] = ready = done
      }
      if (ready > latest) latest = ready
    }
    return latest
  }

  #unresolved(t: HardwareThread, base: number, latency: number, addressWaits: boolean): number {
    const window = t.window
    const entry = window.appendUnresolved(base, latency, Cause.execute)
    for (let k = 0; k < this.#producerCount; k++) this.#pipeline.wakeUp.operand(window, entry, this.#producers[k])
    window.addressWaits[entry] = addressWaits ? 1 : 0
    return entry
  }

  /** One load: tick of its data, or -1 - window entry that waits for it. */
  #load(
    t: HardwareThread,
    page: number,
    offset: number,
    bytes: number,
    exempt: boolean,
    tick: number,
    known: number,
    base: number,
    latency: number
  ): number {
    const window = t.window
    const place = placeOf(offset, bytes, exempt)
    if (known >= 0 && window.addressWaits[known] === 1) {
      this.#wait(t, known, page, place, -1, Retry)
      return -1 - known
    }
    const word = offset >>> 3
    const slot = forwardSlot(word, page)
    let from = tick
    const { forwards } = t
    if (
      forwards[slot + Forward.word] === word &&
      forwards[slot + Forward.page] === page &&
      isBuffered(t.stores, forwards[slot + Forward.store], tick)
    ) {
      this.#pipeline.port.translated = tick
      const stored = forwards[slot + Forward.ready]
      const data = stored < 0 ? window.doneAt(-1 - stored) : stored
      if (data >= 0) {
        if (data > from) from = data
        this.#caches.cause = Cause.execute
        return from + this.#pipeline.forward
      }
      // A later access of the instruction that stored: its own data are there when it has them.
      if (known >= 0 && -1 - stored === window.next - 1) return from + this.#pipeline.forward
      const entry = known >= 0 ? known : window.appendUnresolved(base, latency, Cause.execute)
      this.#pipeline.wakeUp.operand(window, entry, -1 - stored)
      return -1 - entry
    }
    const ready = this.#pipeline.port.load(t, page, offset, bytes, exempt, from)
    if (ready >= 0) return ready
    const entry = known >= 0 ? known : window.appendUnresolved(base, latency, Cause.l1)
    this.#wait(t, entry, page, place, -1, ready)
    return -1 - entry
  }

  /** One store: tick from which it may commit, or -1 - window entry that waits for its address. */
  #store(
    t: HardwareThread,
    page: number,
    offset: number,
    bytes: number,
    exempt: boolean,
    tick: number,
    known: number,
    base: number,
    latency: number
  ): number {
    const { stores, window } = t
    const number = stores.next
    const row = stores.append(known >= 0 ? window.next - 1 : window.next)
    let entry = known
    let ready = Retry
    if (known < 0 || window.addressWaits[known] === 0) {
      ready = this.#pipeline.port.store(t, row, page, offset, bytes, exempt, tick)
    }
    if (ready < 0) {
      if (entry < 0) entry = window.appendUnresolved(base, latency, Cause.execute)
      this.#wait(t, entry, page, placeOf(offset, bytes, exempt), row, ready)
    }
    const word = offset >>> 3
    const slot = forwardSlot(word, page)
    noteStore(t.forwards, slot, word, page, entry >= 0 ? -window.next : base > ready ? base : ready, number)
    return entry >= 0 && ready < 0 ? -1 - entry : ready
  }

  /** Entry `entry` waits for one more access. Beyond the room of an entry only the store buffer waits. */
  #wait(t: HardwareThread, entry: number, page: number, place: number, row: number, ready: number): void {
    const window = t.window
    if (window.accesses[entry] < ACCESSES) this.#pipeline.wakeUp.access(t, entry, page, place, row, ready)
    else if (row >= 0) this.#pipeline.port.place(t, row, page, place & 0xfff)
  }
}
