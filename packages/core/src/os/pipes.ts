/**
 * Pipes: a ring of bytes in the kernel's memory, which one thread copies into and another one out of. Who finds no room,
 * or not as many bytes as it wants, sleeps until the other end has changed that.
 *
 *   PI1  bytes come out as they went in: positions of the ring belong to who holds the pipe's lock
 *   PI2  who sleeps has counted itself before it looked once more: the other end wakes it if it has counted
 */
import type { MachineNumbers } from "../machines/machine.ts"
import { PAGE_BYTES, type Pages } from "../memory/pages.ts"
import type { Words } from "../memory/words.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { Program } from "../processor/program.ts"
import type { AddressSpaces } from "./address-spaces.ts"
import type { Futexes } from "./futexes.ts"
import type { KernelEntry } from "./kernel-entry.ts"

const Step = { again: 0, look: 1, wake: 2 } as const
/** How many routines pipes have. */
export const PIPE_ROUTINES = 3

/** One pipe. */
interface Pipe {
  readonly page: number // first of its ring
  readonly bytes: number
  readonly lock: number // word
  readonly used: number // word: bytes in it
  readonly sleepers: number // word: threads that sleep on `used`
  position: [taken: number, put: number]
}

export class Pipes {
  /** Bytes that have gone into a pipe, and times that somebody had to wait at one. */
  bytes = 0
  waits = 0
  readonly #firstRoutine: number
  readonly #numbers: MachineNumbers
  readonly #pages: Pages
  readonly #words: Words
  readonly #entry: KernelEntry
  readonly #futexes: Futexes
  readonly #spaces: AddressSpaces
  readonly #pipes: Array<Pipe> = []
  // The call under way of each software thread.
  readonly #pipe: Int32Array // [software thread]
  readonly #writes: Uint8Array // [software thread]
  readonly #page: Int32Array // [software thread] its own memory
  readonly #offset: Int32Array // [software thread]
  readonly #bytes: Int32Array // [software thread]

  constructor(
    software: number,
    numbers: MachineNumbers,
    pages: Pages,
    words: Words,
    entry: KernelEntry,
    futexes: Futexes,
    spaces: AddressSpaces,
    firstRoutine: number
  ) {
    this.#firstRoutine = firstRoutine
    this.#numbers = numbers
    this.#pages = pages
    this.#words = words
    this.#entry = entry
    this.#futexes = futexes
    this.#spaces = spaces
    this.#pipe = new Int32Array(software)
    this.#writes = new Uint8Array(software)
    this.#page = new Int32Array(software)
    this.#offset = new Int32Array(software)
    this.#bytes = new Int32Array(software)
  }

  /** A pipe for `bytes` bytes, and its number. While the machine is built; the kernel's threads are open. */
  open(bytes: number): number {
    const count = Math.ceil(bytes / PAGE_BYTES)
    const page = this.#pages.reserve(count)
    this.#spaces.everywhere(page, count)
    const used = this.#words.allocate(2)
    return (
      this.#pipes.push({
        page,
        bytes,
        lock: this.#words.allocate(1),
        used,
        sleepers: used + 1,
        position: [0, 0]
      }) - 1
    )
  }

  /** write: `bytes` bytes from (page, offset) go into `pipe`, at once, when there is room. At most its size. */
  write(program: Program, t: HardwareThread, pipe: number, page: number, offset: number, bytes: number): void {
    this.#begin(program, t, pipe, page, offset, bytes, 1)
  }

  /** read: `bytes` bytes come out of `pipe` to (page, offset), at once, when they are there. */
  read(program: Program, t: HardwareThread, pipe: number, page: number, offset: number, bytes: number): void {
    this.#begin(program, t, pipe, page, offset, bytes, 0)
  }

  routine(program: Program, t: HardwareThread, routine: number): void {
    const me = t.software
    const pipe = this.#pipes[this.#pipe[me]]
    switch (routine - this.#firstRoutine) {
      case Step.again:
        program
          .lock(pipe.lock, this.#numbers.core.locked)
          .loadWord(pipe.used)
          .run(this.#firstRoutine + Step.look)
        return
      case Step.look:
        return this.#look(program, t, pipe)
      default:
        if (t.value > 0) this.#futexes.wakeOn(program, t, pipe.used, t.value)
    }
  }

  #begin(
    program: Program,
    t: HardwareThread,
    pipe: number,
    page: number,
    offset: number,
    bytes: number,
    writes: number
  ): void {
    this.#pipe[t.software] = pipe
    this.#writes[t.software] = writes
    this.#page[t.software] = page
    this.#offset[t.software] = offset
    this.#bytes[t.software] = bytes
    this.#entry.call(program).chain(this.#numbers.kernel.pipePath)
    program.run(this.#firstRoutine + Step.again)
    this.#entry.return(program)
  }

  /** The lock is held, and the bytes in the pipe are in `value`. */
  #look(program: Program, t: HardwareThread, pipe: Pipe): void {
    const { locked } = this.#numbers.core
    const me = t.software
    const writes = this.#writes[me] === 1
    const bytes = this.#bytes[me]
    if ((writes ? pipe.bytes - t.value : t.value) < bytes) {
      this.waits++
      program.addWord(pipe.sleepers, 1, locked).storeWord(pipe.lock, 0)
      this.#futexes.sleepOn(program, t, pipe.used, t.value)
      program.addWord(pipe.sleepers, -1, locked).run(this.#firstRoutine + Step.again)
      return
    }
    if (writes) this.bytes += bytes
    this.#copy(program, me, pipe, bytes)
    program
      .addWord(pipe.used, writes ? bytes : -bytes, locked)
      .storeWord(pipe.lock, 0)
      .loadWord(pipe.sleepers)
      .run(this.#firstRoutine + Step.wake)
  }

  /** PI1: up to the end of the ring, and the rest from its beginning. */
  #copy(program: Program, me: number, pipe: Pipe, bytes: number): void {
    const chunk = this.#numbers.core.loadBytes
    const side = this.#writes[me]
    for (let done = 0; done < bytes; ) {
      const at = pipe.position[side]
      const count = Math.min(bytes - done, pipe.bytes - at)
      const place = this.#offset[me] + done
      const mine = this.#page[me] + Math.floor(place / PAGE_BYTES)
      const ring = pipe.page + Math.floor(at / PAGE_BYTES)
      if (side === 1) program.copy(mine, place % PAGE_BYTES, ring, at % PAGE_BYTES, count, chunk)
      else program.copy(ring, at % PAGE_BYTES, mine, place % PAGE_BYTES, count, chunk)
      pipe.position[side] = (at + count) % pipe.bytes
      done += count
    }
  }
}
