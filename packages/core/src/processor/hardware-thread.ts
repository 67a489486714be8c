/**
 * One hardware thread: its place in time, its window and store buffer, its registers (ready ticks and
 * rights), its stream and its stack of programs. Rights are indexed by hardware thread.
 */
import type { CacheLevels } from "../coherence/cache-levels.ts"
import { grown } from "../kernel/grown.ts"
import { invariant } from "../kernel/model-defect.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import { MAX_CONTEXTS } from "../translation/contexts.ts"
import { Cause } from "./cause.ts"
import { FORWARD_CELLS } from "./forwarding.ts"
import type { InstructionStream } from "./instruction-stream.ts"
import { LoadQueue } from "./load-queue.ts"
import { Program, Through } from "./program.ts"
import { StoreBuffer } from "./store-buffer.ts"
import { REGISTERS } from "./straight-code.ts"
import { FRAME_CELLS } from "./straight-frame.ts"
import { ValueReads } from "./value-reads.ts"
import { Waiters } from "./waiters.ts"
import { ACCESSES, Window } from "./window.ts"

/** Why a thread is not running. */
export const Block = {
  none: 0,
  /** The oldest instruction of a full window is unresolved. */
  window: 1,
  storeBuffer: 2,
  /** Instruction fetch waits for an answer. */
  fetch: 3,
  /** A word or table entry is being fetched. */
  word: 4,
  /** Waits for a word to change. */
  spin: 5,
  /** Something must complete first: a serialising instruction, or an unresolved branch. */
  drain: 6,
  ended: 7,
  /** Other tiles have not acknowledged its invalidations. */
  remote: 8
} as const
export type Block = (typeof Block)[keyof typeof Block]

/** In place of the window entry of a serialising instruction: accesses wait for a page-fault handler. */
export const Trapped = 0x3fff_ffff
/** Handle registers of a software thread. */
export const HANDLES = 16
/** In place of the value of a handle: the access names none; the register that it names is empty. */
export const Handle = { implicit: -2, empty: -1 } as const

/** In place of the domain of an access that is made again: it is the thread's own, as it dispatches. */
export const Dispatching = -2
/** Vectors of a remote action request, which microcode takes, of what tells that a domain is no more, of the timer, of what tells to look who may run. */
export const REMOTE_ACTION = 0xfa
export const UNWIND = 0xf9
export const TIMER = 0xec
export const RESCHEDULE = 0xfd
/** Numbers that describe an access that traps. */
export const TRAP = 5

export class HardwareThread {
  readonly number: number
  /** Software thread that runs on it. */
  software: number
  /** Owner of its tile: whose events its rows belong to. */
  owner = 0
  readonly window: Window
  readonly stores: StoreBuffer
  /** Accesses of the window, and stores of the buffer, that wait. */
  readonly accessWaits: Waiters
  readonly storeWaits: Waiters
  readonly loads: LoadQueue
  /** Loads of words whose values have not been read. */
  readonly reads: ValueReads
  /** [register] values that loads of words have read. */
  readonly registers = new Int32Array(64)
  readonly slots: Float64Array
  // Time: the next free dispatch slot is `position` of `tick`.
  tick = 0
  position = 0
  /** Younger instructions may not dispatch before this tick: serialisation. */
  barrier = 0
  /** The front end delivers nothing before this tick, because of `frontCause`. */
  front = 0
  frontCause: Cause = Cause.frontEnd
  /** Tick by which the front end has delivered the target of the program's last taken branch, and its number in the window. */
  delivered = -0x10_0000
  deliveredTo = 0
  block: Block = Block.none
  blockedOn = 0 // the oldest unresolved instruction, if that is what it waits for (Block.window)
  /** What a blocked fetch or word waits for. */
  waits = 0
  waitLine = -1
  /** First tick that belongs to the sibling thread. */
  limit = 0x7fff_ffff
  /** Tick of the next dispatch as far as it is known: when the tile should look again. */
  due = 0
  /** Window entry of a mispredicted branch that is not resolved yet, or -1. */
  mispredicted = -1
  /** Window entry of a serialising instruction that is not complete yet, or -1: nothing younger dispatches. */
  serialiser = -1
  /** Added instructions of the next instruction that have dispatched already. */
  addedAt = 0
  chain = 0 // completion of its last instruction
  /** Window entry of the word operation under way. */
  wordEntry = 0
  readonly frame: Int32Array // straight-frame.ts
  readonly ready: Int32Array // [register + 1] tick, or -1 - number of the instruction that produces it
  value = 0
  /** The frame of the page-table entry that it loaded last. */
  frameValue = 0
  /** Protection-key rights: two bits per key, as PKRU; zero allows all. */
  keyRights = 0
  /** What the mechanism's own check goes by in this thread: registers of its own, packed as it likes. */
  authority = 0
  /** Handle registers: the meaning is the mechanism's, `Handle.empty` is none. */
  handles = new Int32Array(HANDLES).fill(Handle.empty) // [handle register]
  /** Value of the handle that the access at hand goes through, as of its dispatch. */
  handle: number = Handle.implicit
  secondAuthority = 0
  secondHandles = new Int32Array(HANDLES).fill(Handle.empty) // [handle register]
  secondHandle: number = Handle.implicit
  /** What the codes of actions appended to its fresh programs begin with: which mechanism's they are. */
  unit = 0
  /** Translation context: address-space identifier (PCID, ASID) x `secondLevels` + second-level context (EPTP index). */
  context = 0
  /** Address space whose page table it walks: where its page-table base register points. */
  space = 0
  /** [identifier] address spaces of its tile's identifiers (Translation's). */
  roots: Uint16Array = new Uint16Array(0)
  /** Second-level contexts of the machine. */
  secondLevels = 1
  // Control.
  domain = 0
  /** What it dispatches is code of gates, kernel or copies, not its domain's own. */
  trusted = false
  /** Domain of the access that is being made again, -1 if that is trusted code's, or Dispatching. */
  subject: number = Dispatching
  /** Faults of it that take effect and have not been reported to anybody. */
  unreported = 0
  masked = false
  /** Ways into the kernel that it has not come back from. */
  inKernel = 0
  pendingInterrupts = 0
  /** Those of them that microcode serves, are the timer's, tell of threads that may run, or of a domain that is no more. */
  pendingActions = 0
  pendingUnwinds = 0
  pendingTicks = 0
  pendingReschedules = 0
  programs: Array<Program> = [new Program(), new Program(), new Program()]
  depth = -1
  // Stream.
  stream: InstructionStream | undefined
  streamAt = 0
  blockAt = 0
  blockEnd = 0
  access = 0
  operation = 0
  fetchLine = -1
  fetchAt = 0 // row of the instruction whose line it waits for
  /** Accesses that raised a page fault and wait for its handler. */
  trapCount = 0
  traps = new Int32Array(TRAP * 8) // [waiting][page, place, 1 for a store, values of its handle]
  /** Marks waiting for the next dispatch. */
  markCount = 0
  marks = new Int32Array(16) // [waiting][kind, argument]
  /** Stores that loads may forward from, by 8-byte word: forwarding.ts. */
  readonly forwards: Int32Array
  // Counters.
  instructions = 0
  added = 0
  accesses = 0
  interrupts = 0
  /** Faults of the workload's own; `repaired` ones the kernel handled. */
  faults = 0
  repaired = 0
  mispredicts = 0
  endedAt = -1

  /** Its cells, and the way into the L1D, are those of its tile's caches. */
  constructor(number: number, numbers: MachineNumbers, { cells, columns, drains }: CacheLevels, slots: Float64Array) {
    const { core, memoryModel } = numbers
    this.number = number
    this.software = number
    this.slots = slots
    this.frame = cells.take(FRAME_CELLS)
    this.ready = cells.take(REGISTERS)
    this.forwards = cells.take(FORWARD_CELLS).fill(-1)
    this.window = new Window(core.window, core.width, slots, cells, columns)
    this.stores = new StoreBuffer(core, drains, memoryModel === "arm", cells, columns)
    this.reads = new ValueReads(core.window, columns)
    this.loads = new LoadQueue(core.loadQueue, this.window, cells)
    this.accessWaits = new Waiters((this.window.mask + 1) * ACCESSES, columns)
    this.storeWaits = new Waiters(this.stores.mask + 1, columns)
  }

  /** It is part of the tile of `owner`, whose identifiers name `roots`, on a machine of `secondLevels`. */
  connect(owner: number, roots: Uint16Array, secondLevels: number): void {
    this.owner = owner
    this.roots = roots
    this.secondLevels = secondLevels
  }

  /** Second-level context. */
  get secondLevel(): number {
    return this.context % this.secondLevels
  }

  /** Identifier of the address space in the tags of its tile's TLBs. */
  get identifier(): number {
    return (this.context / this.secondLevels) | 0
  }

  /** Translate in address space `space`, known as `identifier`, from now on. */
  enterSpace(space: number, identifier: number): void {
    this.space = space
    this.roots[identifier] = space
    this.context = identifier * this.secondLevels + (this.context % this.secondLevels)
    invariant(
      this.context < MAX_CONTEXTS,
      "TR2",
      `address-space identifier ${identifier}; a TLB tag tells ${MAX_CONTEXTS} contexts apart`
    )
  }

  /** Translate through second-level context `index` from now on. */
  enterSecondLevel(index: number): void {
    this.context += index - (this.context % this.secondLevels)
  }

  /** Everything that it did has performed at `tick`, or before what it has dispatched. */
  end(tick: number, width: number): void {
    const from = this.tick * width + this.position
    const at = this.position > 0 ? this.tick + 1 : this.tick
    const end = tick > at ? tick : at
    this.window.leaveEmpty(from, end * width, Cause.storeBuffer)
    this.tick = end
    this.position = 0
    this.block = Block.ended
    this.endedAt = end
  }

  /** Report `kind` and `argument` with the tick of the next dispatch. */
  mark(kind: number, argument: number): void {
    if (2 * this.markCount === this.marks.length) {
      this.marks = grown(this.marks, this.marks.length * 2)
    }
    this.marks[2 * this.markCount] = kind
    this.marks[2 * this.markCount++ + 1] = argument
  }

  /** MP1: the accesses that follow go through handle `register`, as it is now, or through one whose value is given. */
  through(register: number, value: number, second: number): void {
    const none = register === Through.none
    this.handle = register >= 0 ? this.handles[register] : none ? Handle.implicit : value
    this.secondHandle = register >= 0 ? this.secondHandles[register] : none ? Handle.implicit : second
  }

  throughNone(): void {
    this.handle = this.secondHandle = Handle.implicit
  }

  /** An access raised a page fault: nothing younger dispatches before its handler. */
  trap(page: number, place: number, store: boolean): void {
    const at = TRAP * this.trapCount++
    if (at === this.traps.length) this.traps = grown(this.traps, this.traps.length * 2)
    this.traps[at] = page
    this.traps[at + 1] = place
    this.traps[at + 2] = store ? 1 : 0
    this.traps[at + 3] = this.handle
    this.traps[at + 4] = this.secondHandle
    // An interrupt's handler that has begun goes first.
    if (this.serialiser < 0 && !this.masked) this.serialiser = Trapped
  }

  /** A fresh program on top of the stack, executed before anything below it. */
  pushProgram(interrupts = false): Program {
    // A program that is over makes room: what calls itself at its end doesn't deepen the stack.
    const top = this.depth < 0 ? undefined : this.programs[this.depth]
    if (top !== undefined && top.at === top.length && !top.interrupts) this.depth--
    this.depth++
    if (this.depth === this.programs.length) this.programs.push(new Program())
    const program = this.programs[this.depth]
    program.reset()
    program.interrupts = interrupts
    program.unit = this.unit
    program.found = this.value
    return program
  }

  /** What it is doing while its tile waits for `lines`: a watchdog's report. */
  describe(lines: ReadonlyArray<number>): string {
    const waits = lines.length === 0 ? "" : `, lines under way: ${lines.join(", ")}`
    return `thread ${this.number} at tick ${this.tick}: ${Object.keys(Block)[this.block]}${waits}`
  }

  /** The program on top is done. */
  popProgram(): void {
    const program = this.programs[this.depth--]
    if (program.interrupts) this.value = program.found
  }
}
