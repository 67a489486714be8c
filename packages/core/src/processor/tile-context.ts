/** What a tile is connected to: the parts that it shares with others, and what it asks of the rest of the run. */
import type { CacheLevels } from "../coherence/cache-levels.ts"
import type { Homes } from "../coherence/homes.ts"
import type { Interconnect } from "../interconnect/interconnect.ts"
import type { Kernel } from "../kernel/kernel.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { Pages } from "../memory/pages.ts"
import type { Words } from "../memory/words.ts"
import type { TraceTable } from "../trace/trace-table.ts"
import type { WalkPath } from "../translation/walk-path.ts"
import type { AccessListener } from "./access-observer.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import type { AccessCheck, FaultListener, TrapFilter } from "./memory-port.ts"
import type { MarkListener } from "./pipeline.ts"
import type { ProgramServices } from "./program-services.ts"
import type { Slots } from "./slots.ts"

/** What a tile asks of the rest of the run. */
export interface TileServices extends ProgramServices {
  /** The thread's stream has come to isolation operation `operation`: push its program, if it needs one. */
  operate(thread: HardwareThread, operation: number): void
  /** An interrupt is taken: push the handler's program. */
  handle(thread: HardwareThread): void
  readonly marked: MarkListener
  /** True if another software thread waits for the hardware thread. */
  contended(thread: HardwareThread): boolean
  /** The software thread has nothing left to execute, and everything it did has performed: the next one runs. */
  next(thread: HardwareThread, tick: number): void
  /** The thread has nothing left to execute, and everything it did has performed. */
  ended(thread: HardwareThread, tick: number): void
  readonly fault: FaultListener
  readonly traps: TrapFilter
  /** Accesses of the thread have trapped: push a handler for each. */
  trapped(thread: HardwareThread): void
}

/** Everything a tile is connected to. */
export interface TileContext {
  readonly kernel: Kernel
  /** The tile's storage. Its cells are part of those of all tiles' hot paths, and of the code that they execute. */
  readonly levels: CacheLevels
  readonly numbers: MachineNumbers
  readonly interconnect: Interconnect
  readonly homes: Homes
  readonly pages: Pages
  readonly words: Words
  readonly walkPath: WalkPath
  readonly check: AccessCheck | undefined
  /** Hears of every access of a program that is judged. */
  readonly judge: AccessListener | undefined
  readonly services: TileServices
  readonly slots: Slots
  readonly accesses: TraceTable
  readonly seed: number
  readonly tileOwner: Int32Array // [tile] owner
  /** Event kinds of all tiles. */
  readonly stepKind: number
  /** Kind of a delivery to a tile. */
  readonly receiveKind: number
  readonly interruptKind: number
}
