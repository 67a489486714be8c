/**
 * One memory channel of Skylake-SP by itself: what a test offers arrives at the ticks it says, and every answer is
 * written down.
 */
import { Message, pack, Source } from "@isolde/core/coherence/message"
import { Phase } from "@isolde/core/kernel/event-queue"
import { Kernel } from "@isolde/core/kernel/kernel"
import { type MachineNumbers, numbersOf } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { AddressMap } from "@isolde/core/memory/address-map"
import { MemoryController } from "@isolde/core/memory/memory-controller"

export type MemoryNumbers = MachineNumbers["memory"]

/** No refresh, rows that stay open. */
export const restful = { tREFI: 0x3fff_ffff, closeAfter: 1_000_000 }

export interface Answer {
  readonly line: number
  readonly tick: number
}

export function oneChannel(overrides: Partial<MemoryNumbers> = restful) {
  const numbers: MemoryNumbers = { ...numbersOf(skylakeSp()).memory, channels: 1, ...overrides }
  const kernel = new Kernel()
  const requester = kernel.owner("requester")
  const owner = kernel.owner("channel")
  const answers: Array<Answer> = []
  const map = new AddressMap(numbers)
  const ready = kernel.define("ready", (_, _a, line) => void answers.push({ line, tick: kernel.now }))
  const decide = kernel.define("decide", () => controller.decide())
  const arrive = kernel.define("arrive", (_, a, line) => controller.arrive(a, line))
  const controller = new MemoryController(kernel, owner, numbers, map, 0, ready, decide)
  kernel.seal()
  const offer = (type: Message) => (tick: number, line: number) =>
    kernel.schedule(tick, Phase.Deliver, owner, requester, arrive, pack(type, 0, 0, Source.dram), line)
  return {
    controller,
    kernel,
    numbers,
    answers,
    read: offer(Message.MemRead),
    write: offer(Message.MemWrite),
    /** Run to the end; answers by line. */
    run(): Map<number, number> {
      kernel.run(1e9, 1e9, 0x7000_0000)
      return new Map(answers.map(({ line, tick }) => [line, tick]))
    },
    /** Line `column` of `row` in the bank `bank`, counted over the channel. */
    lineIn(bank: number, row: number, column = 0): number {
      const { banks, groups, ranks, rowBytes } = numbers
      const columns = rowBytes / 64
      for (let at = 0; at < banks * groups * ranks; at++) {
        const line = ((row * banks * ranks + Math.floor(at / groups)) * columns + column) * groups + (at % groups)
        map.locate(line)
        if (map.bank === bank && map.row === row) return line
      }
      throw new Error(`no line in bank ${bank}`)
    }
  }
}
