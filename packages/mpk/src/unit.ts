/**
 * The timed half of MPK: operations lowered into gates and transfers, and PKRU of each hardware thread. Key, table
 * and gate each have a file of their own; rights are enforced by the machine, from PKRU and the entry that the TLB
 * holds, and read here for the monitor.
 *
 *   MPK10  a domain is what PKRU says: the last WRPKRU decides, whatever the table says since
 *   MPK11  a change of rights reaches its own thread at its WRPKRU; other threads at their next gate, or, with
 *          `synchronise: "interrupt"`, before the operation completes
 */

import { RegionKind, type Regions } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { type MachineParts, type ProtectionUnit, type RightsHolder } from "@isolde/core/isolation/unit"
import { callback } from "@isolde/core/kernel/callback"
import { invariant } from "@isolde/core/kernel/model-defect"
import { Entry, type Pages } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { Program } from "@isolde/core/processor/program"
import { Act } from "./actions.ts"
import type { MpkConfig } from "./config.ts"
import { Gate } from "./gate.ts"
import { Nobody } from "./holdings.ts"
import { savedAtInterrupts } from "./kernel-rights.ts"
import { KeyCalls } from "./key-calls.ts"
import { domainKey, KeyPlan } from "./key-plan.ts"
import { OneHolder } from "./one-holder.ts"
import { Opened } from "./opened.ts"
import { CLOSED, LINUX_START, rightsOf } from "./pkru.ts"
import { RegisterReports } from "./register-reports.ts"
import { RightsTable } from "./rights-table.ts"

export class MpkUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly #parts: MachineParts
  readonly #regions: Regions
  readonly #pages: Pages
  readonly #plan: KeyPlan
  readonly #table: RightsTable
  readonly #gate: Gate
  readonly #calls: KeyCalls
  readonly #synchronise: boolean
  readonly #dynamic: boolean
  readonly #holders: OneHolder | undefined
  readonly #reports: RegisterReports
  readonly #firstPage: Int32Array // [region]
  readonly #worker: Int16Array // [software thread] worker, or Nobody
  readonly #opened: Opened
  readonly #stale: Uint8Array // [software thread] 1 when an interrupt has come since its gate began to read the table
  readonly #frames: ReadonlyArray<Array<number>> // [software thread] PKRU in the frames of its signals
  // MPK14: where an object has its holder's key, that domain's register opens what the table, and a TLB entry, says is its.
  readonly holds?: NonNullable<ProtectionUnit["holds"]>
  readonly copies?: NonNullable<ProtectionUnit["copies"]>
  readonly translatesFor?: NonNullable<ProtectionUnit["translatesFor"]>
  #workers = 0

  constructor(config: MpkConfig, parts: MachineParts) {
    const { exchange, regions, softwareThreads: threads } = parts
    this.copyChunk = config.copyChunk
    this.#parts = parts
    this.#regions = regions
    this.#pages = parts.pages
    const rekeyed = config.synchronise === "rekey"
    this.#plan = new KeyPlan(parts, rekeyed, config.virtualise)
    this.#table = new RightsTable(parts, this.#plan)
    this.#gate = new Gate(config, parts)
    this.#calls = new KeyCalls(config.keyPath, parts, this.#gate, this.#plan.used)
    this.#synchronise = config.synchronise === "interrupt" && this.#plan.hasCommon
    this.#dynamic = exchange === "borrow" && !rekeyed && regions.kind.includes(RegionKind.exchange)
    if (rekeyed || config.virtualise) this.#holders = new OneHolder(config, parts, this.#plan)
    savedAtInterrupts(config, parts)
    this.#firstPage = Int32Array.from(regions.kind, (_, region) => regions.pagesOf(region)[0] ?? -1)
    this.#worker = new Int16Array(threads).fill(Nobody)
    this.#reports = new RegisterReports(parts, this.#plan, this.#holders, this.#worker)
    this.#opened = new Opened(threads)
    this.#stale = new Uint8Array(threads)
    this.#frames = Array.from({ length: threads }, () => [])
    if (this.#synchronise) parts.kernel.serve = callback((program, t) => this.#serve(program, t))
    const holders = this.#holders
    if (holders === undefined || config.virtualise) return
    this.holds = callback((t, region) => {
      const of = this.#keyOf(region) - domainKey(0)
      return of === t.domain || of === this.#opened.domain[t.software] ? Right.none : this.allows(t, region)
    })
    this.copies = callback((domain, region, right) => ((holders.begins(domain, region) & right) !== 0 ? 1 : 0))
    this.translatesFor = callback((entry) => ((entry >>> Entry.keyShift) & Entry.keyMask) - domainKey(0))
  }

  start(t: HardwareThread, domain: number): void {
    const thread = t.software
    if (this.#worker[thread] === Nobody) {
      this.#worker[thread] = this.#workers++
      this.#table.attach(thread, this.#worker[thread])
    }
    this.#opened.select(thread, domain)
    t.keyRights = this.#pkru(thread, domain)
    if (this.#holders?.virtual === undefined || (t.tick === 0 && this.#holders?.virtual.start(thread, domain))) return
    const program = t.pushProgram()
    this.#close(program, thread)
    this.#open(program, -1, domain)
  }

  enter(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.call(program, t.software, from, to, !this.#dynamic)
    this.#close(program, t.software)
    this.#pass(program, t, to)
    this.#gate.arrive(program, t.software, to)
  }

  leave(program: Program, t: HardwareThread, _from: number, to: number): void {
    this.#gate.return(program, t.software, to, !this.#dynamic)
    this.#close(program, t.software)
    this.#pass(program, t, to)
    this.#gate.resume(program, t.software, to)
  }

  openBoth(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#close(program, t.software)
    this.#holders?.virtual?.acquire(program, from, to)
    this.#gate.rewrite(program.as(Cause.gate), Act.open, from, to)
  }

  grant(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    this.#change(program, t, region, -1, domain, rights)
  }

  revoke(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    if (this.#holders !== undefined) return this.#holders.narrow(program, region, domain, rights)
    this.#change(program, t, region, -1, domain, rights)
  }

  move(program: Program, t: HardwareThread, region: number, from: number, to: number): void {
    this.#change(program, t, region, from, to, Right.readWrite)
  }

  /** Instruction `code` of the traits: the register becomes `a`, whatever the table says; or a call about keys. */
  instruction(program: Program, _t: HardwareThread, code: number, a: number): void {
    if (!this.#calls.make(program, code, a)) this.#gate.stray(program, code, Act.stray, a)
  }

  /** MPK18: the handler runs with key 0 open, and what was waits in the frame. */
  signal(program: Program): void {
    program.act(Act.signal)
  }

  sigreturn(program: Program): void {
    program.act(Act.sigreturn)
  }

  /** Another thread may have changed the table while this one waited: its work, done before it runs on. */
  restore(t: HardwareThread): void {
    if (this.#synchronise) this.#serve(t.pushProgram(), t)
  }

  act(t: HardwareThread, code: number, a: number, b: number, tick: number): void {
    const thread = t.software
    switch (code) {
      case Act.select:
        if (this.#stale[thread] === 1) return this.#pass(t.pushProgram().as(Cause.gate), t, a)
        this.#opened.select(thread, a)
        return this.#write(t, this.#pkru(thread, a), tick)
      case Act.open:
        this.#opened.other[thread] = b
        return this.#write(t, this.#pkru(thread, a) & this.#pkru(thread, b), tick)
      case Act.renew: {
        // In a signal's handler it closes what has been closed, and opens nothing.
        const kept = this.#frames[thread].length > 0 ? t.keyRights : 0
        return this.#write(t, this.#opened.pkru(thread, (domain) => this.#pkru(thread, domain)) | kept, tick)
      }
      case Act.begin:
        this.#stale[thread] = 0
        return
      case Act.read:
        if (b === 1) this.#stale[thread] = 1
        return this.#table.read(thread, a, t.value)
      case Act.stray:
        return this.#write(t, a, tick)
      case Act.allocate:
      case Act.free:
        return this.#calls.act(t, code, a)
      case Act.signal:
        this.#frames[thread].push(t.keyRights)
        return this.#write(t, LINUX_START, tick)
      case Act.sigreturn:
        return this.#write(t, this.#frames[thread].pop() ?? t.keyRights, tick)
      case Act.close:
        return this.#write(t, this.#holders?.virtual?.pkru(-1) ?? CLOSED, tick)
      case Act.record:
        return this.#record(t, a, b >>> 2, b & 3)
      default:
        this.#holders?.act(t, code, a, b, tick)
    }
  }

  /** From PKRU and the entry in the thread's page table: all pages of a region carry one key. */
  allows(t: RightsHolder, region: number): Rights {
    const page = this.#firstPage[region]
    const entry = page < 0 ? 0 : this.#pages.tableOf(t.space).entry[page]
    if ((entry & Entry.present) === 0) return Right.none
    const rights = rightsOf(t.keyRights, (entry >>> Entry.keyShift) & Entry.keyMask)
    return (entry & Entry.writable) === 0 ? rights & Right.read : rights
  }

  registers({ domain, keyRights, software }: RightsHolder): number {
    if (this.#holders === undefined) return keyRights >>> 0
    // MPK17: a domain that is open has its key, whichever that is, and closed keys open nothing that is somebody's.
    const virtual = this.#holders.virtual
    if (virtual !== undefined) {
      if (keyRights === virtual.pkru(-1)) return 0
      const at = this.#opened.domain[software]
      return virtual.keyOf(at) !== 0 && keyRights === virtual.pkru(at) ? 1 + at : -1
    }
    return this.holds && this.#opened.domain[software] === domain && keyRights === this.#pkru(software, domain) ? 0 : -1
  }

  /** Key of the pages of `region`, as the table says. */
  #keyOf(region: number): number {
    const page = this.#firstPage[region]
    return page < 0 ? 0 : (this.#pages.entry[page] >>> Entry.keyShift) & Entry.keyMask
  }

  /** What a WRPKRU of `thread` writes on its way into `domain`. */
  #pkru(thread: number, domain: number): number {
    return this.#holders?.virtual?.pkru(domain) ?? this.#table.pkru(thread, domain)
  }

  /** MPK17: where domains take turns with keys, the thread closes its own first. */
  #close(program: Program, thread: number): void {
    if (this.#holders?.virtual === undefined) return
    this.#gate.close(program, Act.close)
    this.#holders?.virtual.release(program, thread)
  }

  #open(program: Program, other: number, domain: number): void {
    this.#holders?.virtual?.acquire(program, other, domain)
    this.#gate.write(program.chain(1), Act.select, domain, 0) // eax
  }

  /** WRPKRU of what the table says of `domain`, or of what is in eax already. */
  #pass(program: Program, t: HardwareThread, domain: number): void {
    if (this.#holders?.virtual !== undefined) return this.#open(program, -1, domain)
    if (this.#plan.hasCommon) program.act(Act.begin)
    if (this.#dynamic) this.#gate.readRow(program, t.software, domain)
    if (this.#plan.hasCommon) program.loadWord(this.#table.wordOf(domain)).act(Act.read, domain, 0).compute(1)
    this.#gate.write(program, Act.select, domain, 0)
  }

  /** `loser` (or nobody) loses `region`, `domain` has `rights` to it. */
  #change(program: Program, t: HardwareThread, region: number, loser: number, domain: number, rights: Rights): void {
    if (this.#holders !== undefined) return this.#holders.transfer(program, region, domain, rights)
    if (this.#plan.objects[this.#plan.ofRegion[region]].length === 0)
      invariant(false, "MPK4", `rights to ${this.#regions.names[region]} can't change: it is no borrowed object`)
    program.as(Cause.gate).compute(2) // the caller owns it: compare, branch
    if (this.#table.isCommon(region)) this.#changeShared(program, region, loser, domain, rights)
    else {
      if (loser >= 0) this.#gate.changeRow(program, t.software, loser)
      this.#gate.changeRow(program, t.software, domain)
      if (loser >= 0) this.#record(t, region, loser, Right.none)
      this.#record(t, region, domain, rights)
    }
    if (this.#opened.has(t.software, loser) || this.#opened.has(t.software, domain))
      this.#gate.rewrite(program.as(Cause.gate), Act.renew, 0, 0)
    if (this.#synchronise && this.#table.isCommon(region)) this.#parts.kernel.synchronise(program, t)
  }

  #changeShared(program: Program, region: number, loser: number, domain: number, rights: Rights): void {
    const { core } = this.#parts.numbers
    program.lock(this.#table.lock, core.locked)
    if (loser >= 0) program.loadWord(this.#table.wordOf(loser)).act(Act.record, region, loser << 2)
    program.loadWord(this.#table.wordOf(domain)).act(Act.record, region, (domain << 2) | rights)
    program.storeWord(this.#table.lock, 0)
  }

  #record(t: HardwareThread, region: number, domain: number, rights: Rights): void {
    const bits = this.#table.record(t.software, domain, region, rights)
    if (!this.#table.isCommon(region)) return
    t.pushProgram().as(Cause.gate).compute(2).storeWord(this.#table.wordOf(domain), bits) // and, or
  }

  /** In the handler of an interrupt: read the row of the domain that runs, write PKRU. */
  #serve(program: Program, t: HardwareThread): void {
    const { domain, other } = this.#opened
    for (const open of [domain[t.software], other[t.software]])
      if (open >= 0) program.as(Cause.kernel).loadWord(this.#table.wordOf(open)).act(Act.read, open, 1)
    this.#gate.rewrite(program, Act.renew, 0, 0)
  }

  /** WRPKRU completes: the thread's rights are `pkru` now. */
  #write(t: HardwareThread, pkru: number, tick: number): void {
    const before = t.keyRights
    t.keyRights = pkru
    for (let changed = before ^ pkru; changed !== 0; ) {
      const key = (31 - Math.clz32(changed)) >>> 1
      changed &= ~(3 << (2 * key))
      this.#reports.changed(t, this.#opened.domain[t.software], key, rightsOf(before, key), rightsOf(pkru, key), tick)
    }
  }
}
