/**
 * The controller of one channel: which line next. While little waits, a line is planned when it arrives, without an
 * event of its own; decisions are events only while lines queue.
 *
 *   MC1  first ready, first come: of the lines whose row is open the one whose data can come first, then the oldest
 *   MC2  once the oldest read has waited `patience`, its bank turns to it, whatever hits that row had
 *   MC3  writes wait until `drainAbove` of them do, then are written down to `drainBelow`, reads waiting; or until
 *        the channel has been idle for `closeAfter`. A write to a line that waits already joins it
 *   MC4  a read of a line whose write waits is answered with it: memory has the old data still
 *   MC5  both queues are bounded; what finds no place waits in front, in order of arrival
 *   MC6  the data bus is booked one activation and one line ahead at most, so that what arrives may still overtake
 */
import * as fromMessage from "../coherence/message.ts"
import * as fromEventQueue from "../kernel/event-queue.ts"
import type { Kernel } from "../kernel/kernel.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { AddressMap } from "./address-map.ts"
import { Backlog } from "./backlog.ts"
import * as fromDramBanks from "./dram-banks.ts"
import { DramBanks } from "./dram-banks.ts"
import { RequestQueue } from "./request-queue.ts"
import type { TagStore } from "./tag-store.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Message, typeOf } = fromMessage
const { Phase } = fromEventQueue
const { Found } = fromDramBanks

export class MemoryController {
  reads = 0
  writes = 0
  hits = 0
  conflicts = 0
  /** Reads answered from the write queue. */
  forwarded = 0
  /** Ticks from the arrival of reads to their column commands. */
  waited = 0
  tagReads = 0
  tagWrites = 0
  /** Tags of this channel's lines, if it keeps any. */
  tags: TagStore | undefined
  readonly banks: DramBanks
  readonly #kernel: Kernel
  readonly #owner: number
  readonly #map: AddressMap
  readonly #reads: RequestQueue
  readonly #writes: RequestQueue
  readonly #backlog = new Backlog()
  readonly #m: MachineNumbers["memory"]
  readonly #above: number
  readonly #below: number
  readonly #ready: number
  readonly #decide: number
  #deciding = false
  #draining = false

  /** `ready` and `decide` are kinds of events for `owner`: data depart; `decide()` is due. */
  constructor(
    kernel: Kernel,
    owner: number,
    memory: MachineNumbers["memory"],
    map: AddressMap,
    share: number,
    ready: number,
    decide: number
  ) {
    this.#kernel = kernel
    this.#owner = owner
    this.#m = memory
    this.#map = map
    this.#ready = ready
    this.#decide = decide
    this.#above = Math.min(memory.drainAbove, memory.writeQueue)
    this.#below = Math.min(memory.drainBelow, this.#above - 1)
    this.#reads = new RequestQueue(memory.readQueue, kernel.columns)
    this.#writes = new RequestQueue(memory.writeQueue, kernel.columns)
    this.banks = new DramBanks(memory, share)
  }

  /** Lines that wait, for a watchdog. */
  get waiting(): number {
    return this.#reads.count + this.#writes.count + this.#backlog.count
  }

  /** A MemRead or MemWrite arrives. */
  arrive(a: number, line: number): void {
    const now = this.#kernel.now
    this.#writeIdle(now)
    if (this.#backlog.count > 0 || !this.#hasPlace(a)) this.#backlog.push(a, line, now)
    else this.#admit(a, line, now, now)
    this.#overtake(now)
    if (!this.#deciding) this.#plan(now)
  }

  /** The event that `#plan` asked for. */
  decide(): void {
    this.#deciding = false
    this.#plan(this.#kernel.now)
  }

  #hasPlace(a: number): boolean {
    return !(typeOf(a) === Message.MemWrite ? this.#writes : this.#reads).full
  }

  #admit(a: number, line: number, since: number, now: number): void {
    const map = this.#map
    map.locate(map.within(line))
    const { bank, row } = map
    const writes = this.#writes
    if (typeOf(a) === Message.MemWrite) {
      this.writes++
      if (writes.count > 0 && writes.find(line) >= 0) return
      writes.add(a, line, bank, row, since, now)
      if (this.#draining) this.#openFor(writes, writes.count - 1, now)
      else if (writes.count >= this.#above) this.#turn(true, now)
      return
    }
    this.reads++
    if (writes.count > 0 && writes.find(line) >= 0) {
      this.forwarded++
      this.#kernel.schedule(now + this.#m.controller, Phase.Deliver, this.#owner, this.#owner, this.#ready, a, line)
      return
    }
    const reads = this.#reads
    reads.add(a, line, bank, row, since, now)
    if (!this.#draining || writes.oldestOf(bank) < 0) this.#openFor(reads, reads.count - 1, now)
  }

  /** Open the row that an entry needs, unless its bank has work for an older one. */
  #openFor(queue: RequestQueue, entry: number, now: number): void {
    const bank = queue.bank[entry]
    if (queue.oldestOf(bank) === entry) this.banks.open(bank, queue.row[entry], now)
  }

  /** From reads to writes or back: the banks turn to what is served now. */
  #turn(draining: boolean, now: number): void {
    this.#draining = draining
    const queue = draining ? this.#writes : this.#reads
    for (let entry = 0; entry < queue.count; entry++)
      if (!this.#isWanted(queue, queue.bank[entry], now)) this.#openFor(queue, entry, now)
  }

  /** Book lines as far ahead as MC6 allows, then ask for an event if some are left. */
  #plan(now: number): void {
    const { tCL, tRCD, ticksPerLine } = this.#m
    const lead = tRCD + ticksPerLine + tCL
    for (;;) {
      if (this.#backlog.count > 0) this.#admitWaiting(now)
      const queue = this.#draining ? this.#writes : this.#reads
      if (queue.count === 0) break
      const ahead = this.banks.freeAt - lead
      if (ahead > now) {
        this.#deciding = true
        // Halfway: several lines to a decision.
        const next = this.banks.freeAt - tCL - ticksPerLine
        this.#kernel.schedule(next, Phase.Deliver, this.#owner, this.#owner, this.#decide, 0, 0)
        return
      }
      this.#serve(queue, this.#choose(queue, now), now)
      if (this.#draining && this.#writes.count <= this.#below) this.#turn(false, now)
    }
  }

  #admitWaiting(now: number): void {
    const backlog = this.#backlog
    while (backlog.count > 0 && this.#hasPlace(backlog.firstA)) {
      const { firstA, firstLine, firstSince } = backlog
      backlog.shift()
      this.#admit(firstA, firstLine, firstSince, now)
    }
  }

  /** A read that has just come goes before the line booked last if there is room. */
  #overtake(now: number): void {
    const reads = this.#reads
    const entry = reads.count - 1
    if (entry < 0 || this.#draining || reads.since[entry] !== now) return
    const bank = reads.bank[entry]
    if (!this.banks.isOpen(bank, reads.row[entry], now)) return
    if (this.banks.dataAt(bank, now, false) < this.banks.freeAt) this.#serve(reads, entry, now)
  }

  /** Book one line. */
  #serve(queue: RequestQueue, entry: number, now: number): void {
    const write = queue === this.#writes
    const bank = queue.bank[entry]
    this.banks.open(bank, queue.row[entry], now)
    const data = this.banks.take(bank, now, write)
    const a = queue.a[entry]
    const line = queue.line[entry]
    const since = queue.since[entry]
    queue.remove(entry)
    if (this.banks.found === Found.hit) this.hits++
    else if (this.banks.found === Found.conflict) this.conflicts++
    const whole = this.tags === undefined ? data : this.#withTags(data, line, now, write)
    if (!write) {
      this.waited += data - this.#m.tCL - since
      const at = whole + this.#m.controller
      this.#kernel.schedule(at, Phase.Deliver, this.#owner, this.#owner, this.#ready, a, line)
    }
    // The bank's next row is opened as soon as nobody waits for this one.
    const next = queue.count > 0 ? queue.oldestOf(bank) : -1
    if (next >= 0 && !this.#isWanted(queue, bank, now)) this.banks.open(bank, queue.row[next], now)
  }

  /** Entry that MC1 and MC2 choose. */
  #choose(queue: RequestQueue, now: number): number {
    const write = queue === this.#writes
    if (queue.count === 1) return 0
    if (!write && now - queue.entered[0] >= this.#m.patience) this.banks.open(queue.bank[0], queue.row[0], now)
    let best = 0
    let earliest = 0x7fff_ffff
    for (let entry = 0; entry < queue.count; entry++) {
      const bank = queue.bank[entry]
      if (!this.banks.isOpen(bank, queue.row[entry], now)) continue
      const data = this.banks.dataAt(bank, now, write)
      if (data < earliest) {
        earliest = data
        best = entry
      }
    }
    return best
  }

  /** Whether the row that `bank` has open is one that waits. */
  #isWanted(queue: RequestQueue, bank: number, now: number): boolean {
    for (let entry = 0; entry < queue.count; entry++)
      if (queue.bank[entry] === bank && this.banks.isOpen(bank, queue.row[entry], now)) return true
    return false
  }

  /** MC3: what the channel has written since it fell idle, noticed when something arrives. */
  #writeIdle(now: number): void {
    const writes = this.#writes
    if (writes.count === 0 || this.#deciding) return
    const { closeAfter, tCL } = this.#m
    let at = this.banks.freeAt + closeAfter
    while (writes.count > 0) {
      if (at < writes.since[0]) at = writes.since[0]
      if (at >= now) return
      this.#serve(writes, 0, at)
      if (at < this.banks.freeAt - tCL) at = this.banks.freeAt - tCL
    }
  }

  /** The tags of a line are a line of their own, unless the channel has it still. Tick of the later data. */
  #withTags(data: number, line: number, now: number, write: boolean): number {
    const tags = this.tags as TagStore
    if (!tags.isTagged(line)) return data
    tags.access(this.#map.within(line), write)
    if (tags.written >= 0) {
      this.tagWrites++
      this.#book(tags.written, now, true)
    }
    if (tags.read < 0) return data
    this.tagReads++
    const tagData = this.#book(tags.read, now, false)
    return tagData > data ? tagData : data
  }

  #book(within: number, now: number, write: boolean): number {
    this.#map.locate(within)
    const { bank, row } = this.#map
    this.banks.open(bank, row, now)
    return this.banks.take(bank, now, write)
  }
}
