/**
 * Single switches and calls of other systems on processors of the catalogue: an invocation through VMFUNC (LVDs,
 * Haswell), a switch of PKRU and a transfer of pages between rights (Enclosure, Skylake-SP, Linux 5.4 with its
 * mitigations).
 */
import { type Point, rowPoint, type Term } from "../point.ts"

const invoked: Term = {
  machine: "haswell-ep-10",
  options: { cores: 1 },
  mechanism: { name: "ept", config: { vmfunc: 169 }, sources: ["F2-15"] },
  experiment: "invocation",
  reading: "ticks"
}

const switched: Term = {
  machine: "skylake-sp",
  options: { cores: 1, clock: 2.6 },
  mechanism: { name: "mpk", config: { wrpkru: 23 }, sources: ["F1a-06"] },
  experiment: "rights-write",
  reading: "ticks"
}

/** FlexOS: WRPKRU inline, and with registers saved and stacks changed, without CET. */
const flexos = (gate: string): Term => ({
  machine: "skylake-sp",
  options: { cores: 1, clock: 2.2 },
  mechanism: { name: "mpk", config: { gate, cet: false, wrpkru: 23 }, sources: ["F1a-06"] },
  experiment: "invocation",
  reading: "ticks"
})

const flexosGap = "the gate runs in a guest of KVM, where WRPKRU takes 36 cycles in one report (F1a-45)"

/** FlexOS's call between two virtual machines on two cores: shared memory that both poll. */
const polled: Term = {
  machine: "skylake-sp",
  options: { cores: 10, clock: 2.2 },
  experiment: "polled-call",
  reading: "ticks"
}

const transferred: Term = {
  machine: "skylake-sp",
  options: { cores: 1, clock: 2.6, kernel: { pageTableIsolation: true } },
  experiment: "permission-synchronisation",
  parameters: { threads: 1, pages: 4 },
  reading: "ticks"
}

export const gatePoints: ReadonlyArray<Point> = [
  rowPoint("F2-17", { unit: "cycles", terms: [invoked], tolerancePercent: 25 }),
  rowPoint("F1c-01", { unit: "cycles", terms: [flexos("inspected")], tolerancePercent: 25 }, 1),
  rowPoint("F1c-01", { unit: "cycles", terms: [flexos("trampoline")], tolerancePercent: 25, gap: flexosGap }, 2),
  rowPoint("F1c-02", { unit: "cycles", terms: [polled], tolerancePercent: 25 }, 0),
  rowPoint("hw-030", {
    unit: "ns",
    terms: [switched],
    tolerancePercent: 25,
    gap: "a write of PKRU takes 23.3 cycles on this core (F1a-06), 9 ns; the source's switch is a call of its runtime around it"
  }),
  rowPoint("hw-031", { unit: "ns", terms: [transferred], tolerancePercent: 25 }, 0)
]
