/**
 * What a software thread is while another one runs on its hardware thread: its registers and rights, its place in its
 * stream and its stack of programs. Law: what is saved comes back as it was; a saved context holds its rights still.
 */
import { HANDLES, Handle, type HardwareThread, TRAP } from "./hardware-thread.ts"
import type { InstructionStream } from "./instruction-stream.ts"
import { Program } from "./program.ts"

export class ThreadContext {
  /** Software thread, and the hardware thread that it runs on. */
  readonly software: number
  number = 0
  /** When it was saved. */
  tick = 0
  secondLevel = 0
  stream: InstructionStream | undefined
  streamAt = 0
  blockAt = 0
  blockEnd = 0
  access = 0
  operation = 0
  addedAt = 0
  domain = 0
  keyRights = 0
  authority = 0
  context = 0
  handles = new Int32Array(HANDLES).fill(Handle.empty)
  secondAuthority = 0
  secondHandles = new Int32Array(HANDLES).fill(Handle.empty)
  /** Address space that it runs in. */
  space = 0
  value = 0
  masked = false
  inKernel = 0
  programs: Array<Program> = [new Program(), new Program(), new Program()]
  depth = -1
  trapCount = 0
  traps = new Int32Array(TRAP * 8)

  constructor(software: number) {
    this.software = software
  }

  /** Everything that `t` has of the thread that runs on it. */
  save(t: HardwareThread): void {
    this.stream = t.stream
    this.streamAt = t.streamAt
    this.blockAt = t.blockAt
    this.blockEnd = t.blockEnd
    this.access = t.access
    this.operation = t.operation
    this.addedAt = t.addedAt
    this.domain = t.domain
    this.keyRights = t.keyRights
    this.authority = t.authority
    this.context = t.context
    this.secondLevel = t.secondLevel
    this.number = t.number
    this.tick = t.tick
    this.handles = t.handles
    this.secondAuthority = t.secondAuthority
    this.secondHandles = t.secondHandles
    this.space = t.space
    this.value = t.value
    this.masked = t.masked
    this.inKernel = t.inKernel
    this.programs = t.programs
    this.depth = t.depth
    this.trapCount = t.trapCount
    this.traps = t.traps
  }

  /** `t` goes on where a signal has taken it away: whoever keeps rights elsewhere restores them. */
  resume(t: HardwareThread): void {
    t.stream = this.stream
    t.streamAt = this.streamAt
    t.blockAt = this.blockAt
    t.blockEnd = this.blockEnd
    t.access = this.access
    t.operation = this.operation
    t.addedAt = this.addedAt
    t.domain = this.domain
    t.handles = this.handles
    t.value = this.value
    t.masked = this.masked
    t.inKernel = this.inKernel
    t.programs = this.programs
    t.depth = this.depth
    t.fetchLine = -1
  }

  /** `t` goes on as this thread, in the address space that it finds. What it fetched last was another's. */
  restore(t: HardwareThread): void {
    this.resume(t)
    t.software = this.software
    t.keyRights = this.keyRights
    t.authority = this.authority
    t.enterSecondLevel(this.secondLevel)
    t.secondAuthority = this.secondAuthority
    t.secondHandles = this.secondHandles
    t.trapCount = this.trapCount
    t.traps = this.traps
  }
}
