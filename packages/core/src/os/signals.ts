/**
 * Signals: one thread raises one in another; the kernel of the target stores its registers in a frame on its stack, on
 * the way out of the kernel, and goes on with the handler; sigreturn loads them again.
 *
 *   SI1  a handler runs from where its thread was in user mode, and its thread goes on there after sigreturn
 *   SI2  a signal that is raised while its like is pending or handled isn't raised twice
 *   SI3  what a mechanism has in registers is its own to reset and restore (`signal`, `sigreturn`)
 */
import { callback } from "../kernel/callback.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import { LINE_BYTES, PAGE_BYTES, type Pages } from "../memory/pages.ts"
import type { Words } from "../memory/words.ts"
import { Cause } from "../processor/cause.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { Program } from "../processor/program.ts"
import { ThreadContext } from "../processor/thread-context.ts"
import type { AddressSpaces } from "./address-spaces.ts"
import type { KernelEntry } from "./kernel-entry.ts"
import type { Scheduler } from "./scheduler.ts"

const Step = { leave: 0, look: 1, jump: 2, back: 3 } as const
/** How many routines signals have. */
export const SIGNAL_ROUTINES = 4

const None = -1

/** What a mechanism appends when a signal is delivered, or its handler returns. */
type Hook = (program: Program, t: HardwareThread) => void

export class Signals {
  /** Signals raised, and delivered. */
  raised = 0
  delivered = 0
  signal: Hook = () => undefined
  sigreturn: Hook = () => undefined
  readonly #firstRoutine: number
  readonly #numbers: MachineNumbers
  readonly #pages: Pages
  readonly #words: Words
  readonly #entry: KernelEntry
  readonly #scheduler: Scheduler
  readonly #spaces: AddressSpaces
  readonly #handler: Int32Array // [software thread] first operation of its handler, or None
  readonly #handling: Uint8Array // [software thread] 1 from delivery to sigreturn: the signal is masked
  readonly #due: Uint8Array // [software thread] 1: its frame is stored, its handler is next
  #frame: ReadonlyArray<ThreadContext> = [] // [software thread] where it was
  #pending = new Int32Array(0) // [software thread] word: 1 when a signal has been raised
  #stack = 0 // first page of the threads' frames
  #perThread = 0

  constructor(
    software: number,
    numbers: MachineNumbers,
    pages: Pages,
    words: Words,
    entry: KernelEntry,
    scheduler: Scheduler,
    spaces: AddressSpaces,
    firstRoutine: number
  ) {
    this.#firstRoutine = firstRoutine
    this.#numbers = numbers
    this.#pages = pages
    this.#words = words
    this.#entry = entry
    this.#scheduler = scheduler
    this.#spaces = spaces
    this.#handler = new Int32Array(software).fill(None)
    this.#handling = new Uint8Array(software)
    this.#due = new Uint8Array(software)
  }

  /** Threads will raise signals. While the machine is built, before all pages are known. */
  open(): void {
    const count = this.#handler.length
    this.#perThread = Math.ceil(this.#numbers.kernel.signalFrame / PAGE_BYTES)
    this.#stack = this.#pages.reserve(count * this.#perThread)
    this.#spaces.everywhere(this.#stack, count * this.#perThread)
    this.#pending = Int32Array.from({ length: count }, () => this.#words.allocate(1))
    this.#frame = Array.from({ length: count }, (_, number) => new ThreadContext(number))
    this.#entry.leaving = callback((program, level) => void program.run(this.#firstRoutine + Step.leave, level))
    this.#entry.left = callback((program) => void program.run(this.#firstRoutine + Step.jump))
  }

  /** sigaction: the handler of the thread on `t` is what begins at operation `operation` of its script. */
  handle(program: Program, t: HardwareThread, operation: number): void {
    this.#handler[t.software] = operation
    this.#entry.call(program)
    this.#entry.return(program)
  }

  /** tgkill: raise the signal in thread `software`. */
  raise(program: Program, software: number): void {
    this.raised++
    this.#entry.call(program).chain(this.#numbers.kernel.raisePath)
    program.orWord(this.#pending[software], 1, this.#numbers.core.locked)
    this.#scheduler.wake(program, software)
    this.#entry.return(program)
  }

  /** Where software thread `software` was as its handler began, until that returns. */
  interrupted(software: number): ThreadContext | undefined {
    return this.#handling[software] === 1 && this.#due[software] === 0 ? this.#frame[software] : undefined
  }

  /** True if a fault of `t`'s thread is told to its handler. */
  handles(t: HardwareThread): boolean {
    return this.#handler[t.software] !== None && this.#handling[t.software] === 0
  }

  /** force_sig: the kernel, entered for a fault of the thread itself, raises the signal. */
  force(program: Program, t: HardwareThread): void {
    this.raised++
    program.chain(this.#numbers.kernel.raisePath).orWord(this.#pending[t.software], 1, this.#numbers.core.locked)
  }

  /** The handler's last operation: back to where the thread was. */
  return(program: Program, t: HardwareThread): void {
    this.#entry.call(program).chain(this.#numbers.kernel.sigreturnPath)
    this.#frames(t, (page, offset) => program.load(page, offset, LINE_BYTES))
    this.sigreturn(program, t)
    this.#entry.return(program)
    program.run(this.#firstRoutine + Step.back)
  }

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    const me = t.software
    switch (routine - this.#firstRoutine) {
      case Step.leave:
        // SI1: on the way out to user mode, `argument` ways into the kernel deep.
        if (t.inKernel !== argument || this.#handler[me] === None) return
        program.loadWord(this.#pending[me]).run(this.#firstRoutine + Step.look)
        return
      case Step.look:
        if (t.value === 0 || this.#handling[me] === 1) return
        this.#handling[me] = 1
        this.#due[me] = 1
        program.storeWord(this.#pending[me], 0).as(Cause.kernel).chain(this.#numbers.kernel.signalPath)
        this.#frames(t, (page, offset) => program.store(page, offset, LINE_BYTES))
        return this.signal(program, t)
      case Step.jump:
        if (this.#due[me] === 1) this.#jump(t)
        return
      default:
        this.#back(t)
    }
  }

  #frames(t: HardwareThread, each: (page: number, offset: number) => void): void {
    const page = this.#stack + t.software * this.#perThread
    for (let at = 0; at < this.#numbers.kernel.signalFrame; at += LINE_BYTES)
      each(page + Math.floor(at / PAGE_BYTES), at % PAGE_BYTES)
  }

  /** The stack of programs and the place in the stream stay in the frame; the handler has its own. */
  #jump(t: HardwareThread): void {
    const frame = this.#frame[t.software]
    const { programs } = frame
    this.#due[t.software] = 0
    this.delivered++
    frame.save(t)
    t.programs = programs
    t.depth = -1
    t.blockAt = t.blockEnd = 0
    t.operation = this.#handler[t.software]
    t.streamAt = t.stream?.operationAt[t.operation] ?? 0
    t.masked = false
    t.inKernel = 0
    t.fetchLine = -1
    t.handles = t.handles.slice()
  }

  #back(t: HardwareThread): void {
    const frame = this.#frame[t.software]
    const { programs } = t
    this.#handling[t.software] = 0
    frame.resume(t)
    frame.programs = programs
  }
}
