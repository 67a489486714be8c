/**
 * Banks and data bus of one channel, as time stamps: nothing here is an event. A command is planned at the earliest
 * tick that the timings allow, and what it occupies is booked at once.
 *
 *   DR1  a column command finds its row open: tRCD after the activation, which is tRP after the precharge
 *   DR2  a precharge is tRAS after the activation, tRTP after the last read and tWR after the last written data
 *   DR3  lines don't overlap on the data bus; where direction or rank changes it idles for `turnaround`
 *   DR4  reads come tWTR after written data, columns of a bank group tCCD_L apart, four activations of a rank tFAW
 *   DR5  no activation in a refresh; a refresh closes the rows of its rank. A command planned before it is not undone
 *   DR6  a row without an access for `closeAfter` is precharged
 */
import type { MachineNumbers } from "../machines/machine.ts"
import type { DramTimings } from "./dram-timings.ts"

const Closed = -1

/** Fields of a bank: its open row, or Closed; how that was found, until the first access uses it; and ticks: */
const ROW = 0
const FOUND = 1
/** … of the first column command, */
const READY = 2
/** … of the last one, */
const USED = 3
/** … of the earliest precharge, */
const CLOSE = 4
/** … of the earliest activation once it is closed. */
const ACTIVATE = 5
const FIELDS = 8
/** How the row of a request was found. */
export const Found = { hit: 0, closed: 1, conflict: 2 } as const
export type Found = (typeof Found)[keyof typeof Found]

export class DramBanks {
  /** Tick from which the data bus is free. */
  freeAt = 0
  /** Ticks for which the data bus was taken. */
  busTaken = 0
  /** How the row of the line last booked had been found. */
  found: Found = Found.hit
  readonly #m: DramTimings
  readonly #banksPerRank: number
  readonly #banksPerGroup: number
  readonly #banks: Int32Array // [bank][field]
  readonly #columnFrom: Int32Array // [group] tick of the next column command
  readonly #activations: Int32Array // [rank][4] ticks
  readonly #activationAt: Uint8Array // [rank] oldest of the four
  readonly #refreshFrom: Int32Array // [rank] tick of the first refresh
  #readFrom = 0
  #lastRank = 0
  #lastWrote = false
  // The bus is idle from here to there, before what is booked last.
  #gapFrom = 0
  #gapTo = 0

  /** `share` in [0, 1) of a refresh interval sets this channel's refreshes off from the others'. */
  constructor(memory: MachineNumbers["memory"], timings: DramTimings, share: number) {
    const { banks, groups, ranks, tFAW, tREFI } = memory
    const count = ranks * groups * banks
    this.#m = timings
    this.#banksPerGroup = banks
    this.#banksPerRank = groups * banks
    this.#banks = new Int32Array(count * FIELDS)
    for (let at = 0; at < this.#banks.length; at += FIELDS) this.#banks[at + ROW] = Closed
    this.#columnFrom = new Int32Array(ranks * groups)
    this.#activations = new Int32Array(ranks * 4).fill(-tFAW)
    this.#activationAt = new Uint8Array(ranks)
    this.#refreshFrom = Int32Array.from({ length: ranks }, (_, rank) => {
      return tREFI + Math.floor(tREFI * ((share + rank / ranks) % 1))
    })
  }

  /** Whether `row` is what `bank` has open, as far as is planned. */
  isOpen(bank: number, row: number, now: number): boolean {
    this.#settle(bank, now)
    return this.#banks[bank * FIELDS + ROW] === row
  }

  /** Open `row` of `bank` from `now` on, at the expense of another row if need be. */
  open(bank: number, row: number, now: number): void {
    this.#settle(bank, now)
    const banks = this.#banks
    const b = bank * FIELDS
    if (banks[b + ROW] === row) return
    const { tFAW, tRAS, tRCD, tRP } = this.#m
    let at = banks[b + ACTIVATE]
    let found: Found = Found.closed
    if (banks[b + ROW] !== Closed) {
      at = (banks[b + CLOSE] > now ? banks[b + CLOSE] : now) + tRP
      found = Found.conflict
    }
    if (at < now) at = now
    const rank = (bank / this.#banksPerRank) | 0
    const slot = rank * 4 + this.#activationAt[rank]
    if (at < this.#activations[slot] + tFAW) at = this.#activations[slot] + tFAW
    at = this.#afterRefresh(rank, at)
    this.#activations[slot] = at
    this.#activationAt[rank] = (this.#activationAt[rank] + 1) & 3
    banks[b + ROW] = row
    banks[b + FOUND] = found
    banks[b + READY] = at + tRCD
    banks[b + USED] = at + tRCD
    banks[b + CLOSE] = at + tRAS
  }

  /** First tick at which the data of a read from the open row of `bank` can be on the bus; `write` for a write's. */
  dataAt(bank: number, now: number, write: boolean): number {
    const { tCL, turnaround } = this.#m
    const rank = (bank / this.#banksPerRank) | 0
    const column = this.#columnAt(bank, now, write)
    if (this.#fitsGap(column + tCL, write)) return this.#inGap(column + tCL)
    const change = rank !== this.#lastRank || write !== this.#lastWrote
    const bus = this.freeAt + (change ? turnaround : 0)
    return bus > column + tCL ? bus : column + tCL
  }

  /** Book one line of the open row of `bank`. Tick of its first data; how the row had been found is `found`. */
  take(bank: number, now: number, write: boolean): number {
    const { tCCDL, tCL, tRTP, ticksPerLine, tWR, tWTR } = this.#m
    const data = this.dataAt(bank, now, write)
    const column = data - tCL
    const end = data + ticksPerLine
    if (data < this.freeAt) this.#gapFrom = end
    else {
      this.#gapFrom = this.freeAt
      this.#gapTo = data
      this.freeAt = end
      this.#lastRank = (bank / this.#banksPerRank) | 0
      this.#lastWrote = write
    }
    this.busTaken += ticksPerLine
    const banks = this.#banks
    const b = bank * FIELDS
    this.found = banks[b + FOUND] as Found
    banks[b + FOUND] = Found.hit
    const group = (bank / this.#banksPerGroup) | 0
    if (this.#columnFrom[group] < column + tCCDL) this.#columnFrom[group] = column + tCCDL
    if (banks[b + USED] < column) banks[b + USED] = column
    const closeFrom = write ? end + tWR : column + tRTP
    if (banks[b + CLOSE] < closeFrom) banks[b + CLOSE] = closeFrom
    if (write && this.#readFrom < end + tWTR) this.#readFrom = end + tWTR
    return data
  }

  #columnAt(bank: number, now: number, write: boolean): number {
    let at = this.#banks[bank * FIELDS + READY]
    if (at < now) at = now
    const group = this.#columnFrom[(bank / this.#banksPerGroup) | 0]
    if (at < group) at = group
    if (!write && at < this.#readFrom) at = this.#readFrom
    return at
  }

  /** A read may go before what is booked last if there is room, with a turnaround on both sides. */
  #fitsGap(data: number, write: boolean): boolean {
    const { ticksPerLine, turnaround } = this.#m
    return !write && !this.#lastWrote && this.#inGap(data) + ticksPerLine + turnaround <= this.#gapTo
  }

  #inGap(data: number): number {
    const from = this.#gapFrom + this.#m.turnaround
    return data > from ? data : from
  }

  /** What time alone has done to `bank` by `now`: a refresh or an idle row's precharge. */
  #settle(bank: number, now: number): void {
    const banks = this.#banks
    const b = bank * FIELDS
    if (banks[b + ROW] === Closed) return
    const { closeAfter, tRFC, tRP } = this.#m
    const refresh = this.#lastRefresh((bank / this.#banksPerRank) | 0, now)
    if (refresh > banks[b + READY]) {
      banks[b + ROW] = Closed
      banks[b + ACTIVATE] = refresh + tRFC
      return
    }
    let idle = banks[b + USED] + closeAfter
    if (idle < banks[b + CLOSE]) idle = banks[b + CLOSE]
    if (now < idle) return
    banks[b + ROW] = Closed
    banks[b + ACTIVATE] = idle + tRP
  }

  /** Start of the last refresh of `rank` that began by `tick`, or -1. */
  #lastRefresh(rank: number, tick: number): number {
    const since = tick - this.#refreshFrom[rank]
    return since < 0 ? -1 : tick - (since % this.#m.tREFI)
  }

  #afterRefresh(rank: number, tick: number): number {
    const start = this.#lastRefresh(rank, tick)
    return start >= 0 && tick < start + this.#m.tRFC ? start + this.#m.tRFC : tick
  }
}
