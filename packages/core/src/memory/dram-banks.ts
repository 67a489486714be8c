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

const Closed = -1
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
  readonly #m: MachineNumbers["memory"]
  readonly #banksPerRank: number
  readonly #banksPerGroup: number
  readonly #row: Int32Array // [bank] open row, or Closed
  readonly #openedAt: Int32Array // [bank] tick of the last activation
  readonly #readyAt: Int32Array // [bank] tick of the first column command
  readonly #closeFrom: Int32Array // [bank] tick of the earliest precharge
  readonly #activateFrom: Int32Array // [bank] tick of the earliest activation of a closed bank
  readonly #usedAt: Int32Array // [bank] tick of the last column command
  readonly #found: Uint8Array // [bank] how its row was found, until the first access uses it
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
  constructor(memory: MachineNumbers["memory"], share: number) {
    const { banks, groups, ranks, tFAW, tREFI } = memory
    const count = ranks * groups * banks
    this.#m = memory
    this.#banksPerGroup = banks
    this.#banksPerRank = groups * banks
    this.#row = new Int32Array(count).fill(Closed)
    this.#openedAt = new Int32Array(count)
    this.#readyAt = new Int32Array(count)
    this.#closeFrom = new Int32Array(count)
    this.#activateFrom = new Int32Array(count)
    this.#usedAt = new Int32Array(count)
    this.#found = new Uint8Array(count)
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
    return this.#row[bank] === row
  }

  /** Open `row` of `bank` from `now` on, at the expense of another row if need be. */
  open(bank: number, row: number, now: number): void {
    this.#settle(bank, now)
    if (this.#row[bank] === row) return
    const { tFAW, tRAS, tRCD, tRP } = this.#m
    let at = this.#activateFrom[bank]
    let found: Found = Found.closed
    if (this.#row[bank] !== Closed) {
      at = (this.#closeFrom[bank] > now ? this.#closeFrom[bank] : now) + tRP
      found = Found.conflict
    }
    if (at < now) at = now
    const rank = (bank / this.#banksPerRank) | 0
    const slot = rank * 4 + this.#activationAt[rank]
    if (at < this.#activations[slot] + tFAW) at = this.#activations[slot] + tFAW
    at = this.#afterRefresh(rank, at)
    this.#activations[slot] = at
    this.#activationAt[rank] = (this.#activationAt[rank] + 1) & 3
    this.#row[bank] = row
    this.#found[bank] = found
    this.#openedAt[bank] = at
    this.#readyAt[bank] = at + tRCD
    this.#usedAt[bank] = at + tRCD
    this.#closeFrom[bank] = at + tRAS
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
    this.found = this.#found[bank] as Found
    this.#found[bank] = Found.hit
    const group = (bank / this.#banksPerGroup) | 0
    if (this.#columnFrom[group] < column + tCCDL) this.#columnFrom[group] = column + tCCDL
    if (this.#usedAt[bank] < column) this.#usedAt[bank] = column
    const closeFrom = write ? end + tWR : column + tRTP
    if (this.#closeFrom[bank] < closeFrom) this.#closeFrom[bank] = closeFrom
    if (write && this.#readFrom < end + tWTR) this.#readFrom = end + tWTR
    return data
  }

  #columnAt(bank: number, now: number, write: boolean): number {
    let at = this.#readyAt[bank]
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
    if (this.#row[bank] === Closed) return
    const { closeAfter, tRFC, tRP } = this.#m
    const rank = (bank / this.#banksPerRank) | 0
    const refresh = this.#lastRefresh(rank, now)
    if (refresh > this.#readyAt[bank]) this.#close(bank, refresh + tRFC)
    else {
      let idle = this.#usedAt[bank] + closeAfter
      if (idle < this.#closeFrom[bank]) idle = this.#closeFrom[bank]
      if (now >= idle) this.#close(bank, idle + tRP)
    }
  }

  #close(bank: number, activateFrom: number): void {
    this.#row[bank] = Closed
    this.#activateFrom[bank] = activateFrom
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
