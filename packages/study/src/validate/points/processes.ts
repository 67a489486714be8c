/**
 * Processes: calls through seL4's fast path on several machines, lwC's switch, a pipe between two processes of Linux, and
 * the user-level switch of processes in one address space.
 */
import { type Point, rowPoint, type Term } from "../point.ts"

type Config = Readonly<Record<string, unknown>>

const invoked = (machine: string, config: Config, options: Term["options"], sources?: ReadonlyArray<string>): Term => ({
  machine,
  options: { cores: 1, ...options },
  mechanism: { name: "process", config, ...(sources === undefined ? {} : { sources }) },
  experiment: "invocation",
  reading: "ticks"
})

/** The write of CR3 on Haswell. */
const haswell = { overrides: { tlb: { switchSpace: 130, switchSpaceFlush: 130 } } }
const fastPath = invoked("haswell-ep-10", { crossing: "fastpath" }, haswell)
const skylake = invoked("skylake-sp", { crossing: "fastpath" }, { clock: 2.2 })

const pipe = (machine: string, clock?: number): Term =>
  invoked(machine, { crossing: "pipe", messageBytes: 1 }, clock === undefined ? {} : { clock })

/** One switch: half of an invocation. */
const oneSpace = (threadPointer: string): Term => ({
  ...invoked("ivy-bridge", { crossing: "shared", threadPointer }, {}),
  weight: 0.5
})

const cloud =
  "paths of the kernel take a cycle for each instruction; the source measured on a guest of a cloud, and gives no parts"
const library =
  "the source's switch is a library's, with a ready queue and signal masks of which it gives no measurement"

export const processPoints: ReadonlyArray<Point> = [
  rowPoint("F2-18", { unit: "cycles", terms: [fastPath], tolerancePercent: 15 }),
  rowPoint("F2-44", { unit: "cycles", terms: [fastPath], tolerancePercent: 15 }, 0),
  rowPoint("F2-47", { unit: "cycles", terms: [fastPath], tolerancePercent: 15 }, 1),
  rowPoint("lang-028", { unit: "cycles", terms: [fastPath], tolerancePercent: 15 }),
  rowPoint("atc24-001", { unit: "cycles", terms: [fastPath], tolerancePercent: 25 }),
  // One way, on a client part with the same core; sel4bench's numbers of the same part are of another build.
  rowPoint("F7-05", { unit: "cycles", terms: [{ ...fastPath, weight: 0.5 }], tolerancePercent: 15 }, 0),
  rowPoint("F2-55", { unit: "cycles", terms: [skylake], tolerancePercent: 25 }, 0),
  rowPoint("F2-55", { unit: "cycles", terms: [skylake], tolerancePercent: 25 }, 1),
  rowPoint("hw-036", {
    unit: "cycles",
    terms: [invoked("skylake-sp", { crossing: "direct" }, {})],
    tolerancePercent: 25
  }),
  rowPoint("sfi-010", { unit: "ns", terms: [pipe("apple-m1")], tolerancePercent: 25 }, 1),
  rowPoint("sfi-013", { unit: "ns", terms: [pipe("neoverse-n1", 3)], tolerancePercent: 25, gap: cloud }, 1),
  rowPoint("F4-07", { unit: "cycles", terms: [oneSpace("kept")], tolerancePercent: 25, gap: library }, 1),
  rowPoint("F4-09", { unit: "cycles", terms: [oneSpace("call")], tolerancePercent: 25, gap: library }, 1)
]
