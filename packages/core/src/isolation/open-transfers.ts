/**
 * Rights operations on their way to the `transfers` table, followed in the order of reports: what each took away, and
 * when the last that could use it was gone.
 *
 *   OT1  a row leaves when its operation has completed and nothing could use an old right any more
 *   OT2  what takes a right away commits when it is issued, what only gives when it completes
 *   OT3  a mechanism that doesn't say what of its rights lies in memory has it there until the operation's last store
 *        has drained
 *   OT4  a right that is given back is old no longer: what could still use it is as it should be
 *   OT5  what never went has Unbounded in place of its tick
 */
import type { CombinedRights } from "./combined-rights.ts"
import type { EnforcedRights } from "./enforced-rights.ts"
import type { Revocations } from "./revocations.ts"
import type { Rights } from "./rights.ts"
import type { WindowLengths } from "./windows.ts"

/** OT5. */
export const Unbounded = -1
/** A tick that isn't known yet. */
const Unknown = -1

/** A right that an operation took away. */
interface Loss {
  readonly transfer: OpenTransfer
  readonly domain: number
  readonly region: number
  readonly rights: Rights
  /** What of it has not been given back. */
  left: Rights
  /** Tick since which nothing could use it, or Unknown. */
  clear: number
}

/** An operation from its commit on. */
interface OpenTransfer {
  /** In the order of their beginnings. */
  readonly number: number
  readonly software: number
  readonly losses: Array<Loss>
  committed: number
  completed: number
  /** Tick at which its last store drained; Unknown while one is buffered. */
  drained: number
  thread: number
  verb: number
  domain: number
  region: number
  issued: number
}

const nothing: ReadonlySet<Loss> = new Set()

/** A row of the `transfers` table. */
export type TransferRow = (
  tick: number,
  thread: number,
  verb: number,
  domain: number,
  region: number,
  issued: number,
  committed: number,
  completed: number,
  quiet: number
) => void

export class OpenTransfers {
  readonly #enforced: EnforcedRights | CombinedRights
  readonly #revocations: Revocations
  readonly #windows: WindowLengths
  readonly #explicit: boolean
  readonly #emit: TransferRow
  readonly #issued = new Map<number, OpenTransfer>() // software thread -> what it has under way
  readonly #early = new Map<number, number>() // thread -> tick at which the stores of what completes next have drained
  readonly #open = new Set<OpenTransfer>()
  readonly #lossesOf = new Map<number, Set<Loss>>() // region -> those of open transfers
  readonly #undrained = new Map<number, Set<OpenTransfer>>() // thread -> completed ones of which stores are buffered, also those whose row has left
  #due: Array<OpenTransfer> = [] // what may be over
  #began = 0

  /** `explicit`: the mechanism reports what of its rights lies in memory (OT3). */
  constructor(
    enforced: EnforcedRights | CombinedRights,
    revocations: Revocations,
    windows: WindowLengths,
    explicit: boolean,
    emit: TransferRow
  ) {
    this.#enforced = enforced
    this.#revocations = revocations
    this.#windows = windows
    this.#explicit = explicit
    this.#emit = emit
  }

  /** An operation of `software` takes `rights` from `domain` at `tick`. */
  lost(software: number, domain: number, region: number, rights: Rights, tick: number): void {
    let transfer = this.#issued.get(software)
    if (transfer === undefined) {
      transfer = this.#opened(software, tick)
      this.#issued.set(software, transfer)
    }
    const clear = this.#enforced.held(domain, region, rights) ? Unknown : tick
    const loss: Loss = { transfer, domain, region, rights, left: rights, clear }
    transfer.losses.push(loss)
    const losses = this.#lossesOf.get(region) ?? new Set()
    this.#lossesOf.set(region, losses.add(loss))
    this.#revocations.committed(domain, region, rights, tick)
  }

  /** OT4: `domain` has `rights` again. */
  given(domain: number, region: number, rights: Rights, tick: number): void {
    for (const loss of this.#lossesOf.get(region) ?? nothing) {
      if (loss.domain !== domain || loss.left === 0) continue
      loss.left &= ~rights
      if (loss.left !== 0 || loss.clear !== Unknown) continue
      loss.clear = tick
      this.#due.push(loss.transfer)
    }
  }

  /** The operation of `software` completes; `buffered`: stores of it have not drained. */
  completed(
    software: number,
    thread: number,
    verb: number,
    domain: number,
    region: number,
    issued: number,
    buffered: boolean,
    tick: number
  ): void {
    const transfer = this.#issued.get(software) ?? this.#opened(software, tick)
    this.#issued.delete(software)
    transfer.thread = thread
    transfer.verb = verb
    transfer.domain = domain
    transfer.region = region
    transfer.issued = issued
    transfer.completed = tick
    transfer.drained = buffered ? (this.#early.get(thread) ?? Unknown) : tick
    this.#early.delete(thread)
    if (transfer.drained === Unknown)
      this.#undrained.set(thread, (this.#undrained.get(thread) ?? new Set()).add(transfer))
    for (const loss of transfer.losses)
      this.#revocations.completed(loss.domain, loss.region, loss.rights, transfer.committed, tick)
    this.#due.push(transfer)
    this.leave(tick)
  }

  /** The stores of the oldest operation on `thread` that waited for them have drained. */
  drained(thread: number, tick: number): void {
    const [transfer] = this.#undrained.get(thread) ?? []
    if (transfer === undefined) return void this.#early.set(thread, tick)
    this.#undrained.get(thread)?.delete(transfer)
    transfer.drained = tick
    this.#due.push(transfer)
    this.leave(tick)
  }

  /** What could use `domain`'s rights to `region` has changed at `tick`. */
  changed(domain: number, region: number, tick: number): void {
    if (this.#open.size === 0) return
    for (const loss of this.#lossesOf.get(region) ?? nothing) if (loss.domain === domain) this.#look(loss, tick)
    this.leave(tick)
  }

  /** What could use rights of either domain, to any region, has changed; of every domain if `one` is negative. */
  changedAll(one: number, other: number, tick: number): void {
    if (this.#open.size === 0) return
    for (const { losses } of this.#open)
      for (const loss of losses) if (one < 0 || loss.domain === one || loss.domain === other) this.#look(loss, tick)
    this.leave(tick)
  }

  /** The run ends at `tick`: what is still open is never quiet. */
  end(tick: number): void {
    for (const transfer of this.#open) {
      if (transfer.completed === Unknown) continue
      this.#row(
        transfer,
        tick,
        transfer.losses.some(({ clear }) => clear === Unknown) ? Unbounded : quietOf(transfer, this.#explicit)
      )
    }
    this.#open.clear()
  }

  #opened(software: number, committed: number): OpenTransfer {
    const transfer = newTransfer(this.#began++, software, committed)
    this.#open.add(transfer)
    return transfer
  }

  #look(loss: Loss, tick: number): void {
    if (loss.left === 0) return
    if (this.#enforced.held(loss.domain, loss.region, loss.left)) loss.clear = Unknown
    else if (loss.clear === Unknown) {
      loss.clear = tick
      this.#due.push(loss.transfer)
    }
  }

  /** OT1: what is over by `tick` leaves, in the order in which it began. */
  leave(tick: number): void {
    if (this.#due.length === 0) return
    const due = this.#due.sort((x, y) => x.number - y.number)
    this.#due = []
    for (const transfer of due) {
      if (!this.#open.has(transfer) || !this.#isOver(transfer)) continue
      this.#open.delete(transfer)
      for (const loss of transfer.losses) this.#lossesOf.get(loss.region)?.delete(loss)
      this.#row(transfer, tick, quietOf(transfer, this.#explicit))
    }
  }

  #isOver({ completed, drained, losses }: OpenTransfer): boolean {
    if (completed === Unknown || (drained === Unknown && !this.#explicit && losses.length > 0)) return false
    for (const { clear } of losses) if (clear === Unknown) return false
    return true
  }

  #row(transfer: OpenTransfer, tick: number, quiet: number): void {
    const { completed, domain, issued, losses, region, thread, verb } = transfer
    const committed = losses.length === 0 ? completed : transfer.committed
    this.#emit(tick, thread, verb, domain, region, issued, committed, completed, quiet)
    if (losses.length === 0) return
    if (quiet === Unbounded) this.#windows.addUnbounded(verb)
    else this.#windows.add(verb, quiet - committed, Math.max(0, quiet - completed))
  }
}

function newTransfer(number: number, software: number, committed: number): OpenTransfer {
  return {
    number,
    software,
    losses: [],
    committed,
    completed: Unknown,
    drained: Unknown,
    thread: 0,
    verb: 0,
    domain: 0,
    region: -1,
    issued: committed
  }
}

/** Tick at which the last old right was gone; what took nothing away is quiet as it commits. */
function quietOf({ completed, drained, losses }: OpenTransfer, explicit: boolean): number {
  if (losses.length === 0) return completed
  let quiet = explicit ? 0 : drained
  for (const { clear } of losses) if (clear > quiet) quiet = clear
  return quiet
}
