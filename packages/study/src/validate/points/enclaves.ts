/**
 * SGX on a Skylake client (HotCalls, ISCA 2017): calls into an enclave and out of it, and a call through shared memory that
 * both sides poll. The catalogue's Skylake has the same core in a server: gates are microcode and runtime, the polled call
 * has a mesh in place of a ring.
 */
import { type Point, rowPoint, type Term } from "../point.ts"

const called: Term = {
  machine: "skylake-sp",
  options: { cores: 1 },
  mechanism: { name: "enclave", config: { application: "outside" } },
  experiment: "invocation",
  reading: "ticks"
}

/** A function's number and no arguments, as HotCalls measure it. */
const polled: Term = {
  machine: "skylake-sp",
  options: { cores: 4 },
  mechanism: { name: "enclave", config: { application: "outside" } },
  experiment: "cross-core-call",
  parameters: { words: 2, work: 16, sleeps: false },
  reading: "ticks"
}

export const enclavePoints: ReadonlyArray<Point> = [
  rowPoint("F2-78", { unit: "cycles", terms: [called], tolerancePercent: 15 }, 0),
  // A call out of an enclave is the same two gates, the other way round.
  rowPoint("F2-79", { unit: "cycles", terms: [called], tolerancePercent: 15 }, 0),
  rowPoint("F2-82", { unit: "cycles", terms: [polled], tolerancePercent: 25 }, 0)
]
