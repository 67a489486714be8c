/**
 * libmpk: mprotect over many pages (Fig. 3), beside running threads (Fig. 10), WRPKRU and the additions around it. The
 * first points of Fig. 3 are outliers in the source; Fig. 10's one-thread value depends on an access pattern that the
 * paper doesn't give, so what counts is what more threads add.
 */
import { curvePoints, type Point, type RunDefinition, rowPoint, type Term } from "../point.ts"

const machine = "skylake-sp"

const protects = (contiguous: boolean): RunDefinition => ({
  machine,
  options: { cores: 1 },
  experiment: "protect-pages",
  parameters: { step: 1000, steps: 39, contiguous }
})

const fromFiveThousand = Array.from({ length: 35 }, (_, i) => 1000 * (i + 5))

const protected_ = (contiguous: boolean, pages: number, weight = 1): Term => ({
  ...protects(contiguous),
  reading: `${pages} pages`,
  weight
})

const figure3 = (contiguous: boolean) => (pages: number) => ({
  unit: "ms" as const,
  terms: [protected_(contiguous, pages)],
  tolerancePercent: 20
})

/** Cost per page between 5,000 and 39,000 pages, of which the published slope is the least-squares fit. */
const slope = (contiguous: boolean): ReadonlyArray<Term> => [
  protected_(contiguous, 39_000, 1 / 34_000),
  protected_(contiguous, 5000, -1 / 34_000)
]

/**
 * 2 x 10 cores, two hardware threads each: threads take the sockets by turns, and fill the cores first. The paper gives
 * no placement; this one was chosen because the curve's even slope fits it, and not one socket after the other.
 */
const synchronised = (threads: number, weight = 1): Term => ({
  machine,
  options: { cores: 20, sockets: 2, threadsPerCore: 2, kernel: { version: "4.14" } },
  experiment: "permission-synchronisation",
  parameters: { threads, spread: true },
  reading: "ticks",
  weight
})

/** WRPKRU takes 23.3 cycles on this machine (F1a-06); the mechanism's default is Tiger Lake's. */
const mechanism = { name: "mpk", config: { wrpkru: 23 }, sources: ["F1a-06"] }

const written = (parameters: { readonly [name: string]: number }): Term => ({
  machine,
  options: { cores: 1 },
  mechanism,
  experiment: "rights-write",
  parameters,
  reading: "ticks"
})

/** pkey_alloc and pkey_free of the key that it gave: places 2 and 3 in the list of MPK's instructions; keys 0 to 2 are given. */
const keyCall = (reading: "call" | "undo"): Term => ({
  machine,
  options: { cores: 1 },
  mechanism: { ...mechanism, config: { wrpkru: 23, cet: false, gate: "inspected" } },
  experiment: "own-call",
  parameters: { call: 2, undo: 3, undoArgument: 3 },
  reading
})

const additions: Term = {
  machine,
  options: { cores: 1 },
  experiment: "rights-write",
  parameters: { writes: 0, after: 35 },
  reading: "ticks",
  weight: -1
}

/** A visit opens a key and closes another, so it is two of libmpk's changes; one of them hits. */
const visited = (hitPercent: number, weight = 1, evictPercent = 100): Term => ({
  machine,
  options: { cores: 1 },
  mechanism: {
    name: "mpk",
    config: { virtualise: true, gate: "inspected", wrpkru: 23 },
    sources: ["F1a-06"]
  },
  experiment: "key-cache",
  parameters: evictPercent === 100 ? { hitPercent } : { hitPercent, evictPercent, visits: 160 },
  reading: "ticks",
  weight
})

/**
 * What makes a change of rights the whole process's, as mpk_mprotect's are: the system call behind it, and what the other
 * threads do before it returns. A change with it, less the same change without.
 */
const synchronising = (threads: number, weight = 1): ReadonlyArray<Term> =>
  (["interrupt", "none"] as const).map((synchronise) => ({
    machine,
    options: threads === 1 ? { cores: 1 } : { cores: 20, sockets: 2, threadsPerCore: 2 },
    mechanism: { name: "mpk", config: { synchronise, gate: "inspected", wrpkru: 23 }, sources: ["F1a-06"] },
    experiment: "rights-change",
    parameters: { threads, spread: true },
    reading: "ticks",
    weight: synchronise === "interrupt" ? weight : -weight
  }))

/** mpk_mprotect of a group that has its key, for all threads. */
const hit = (threads: number): ReadonlyArray<Term> => [visited(100, 0.5), ...synchronising(threads)]

const slowCalls =
  "a miss is two calls of pkey_mprotect, 1105 cycles each in Table 1 (F1a-03); in this figure of the same paper one mprotect takes 1.42 us, 3400 cycles (F1a-20)"

const processWide =
  "the source's call leaves work for the other threads, which they do before they return to user mode, and doesn't wait for it; here it returns when the last has acknowledged, as mprotect does"

export const libmpkPoints: ReadonlyArray<Point> = [
  rowPoint("F1a-01", { unit: "cycles", terms: [keyCall("call")], tolerancePercent: 25 }),
  rowPoint("F1a-02", {
    unit: "cycles",
    terms: [keyCall("undo")],
    tolerancePercent: 25,
    gap: "the source's number is below that of a system call that does nothing on this processor (146, F6-40)"
  }),
  rowPoint("F1a-03", { unit: "cycles", terms: [synchronised(1)], tolerancePercent: 25 }),
  rowPoint("F1a-04", { unit: "cycles", terms: [synchronised(1)], tolerancePercent: 25 }),
  rowPoint("F1a-06", { unit: "cycles", terms: [written({})], tolerancePercent: 15 }),
  rowPoint("F1a-08", { unit: "cycles", terms: [written({ after: 35 }), additions], tolerancePercent: 25 }, 0),
  rowPoint("F1a-08", { unit: "cycles", terms: [written({ before: 35 }), additions], tolerancePercent: 25 }, 1),
  rowPoint("F1a-12", { unit: "us/page", terms: slope(false), tolerancePercent: 20 }),
  rowPoint("F1a-13", { unit: "ns/page", terms: slope(true), tolerancePercent: 20 }),
  ...curvePoints("S-libmpk-keycache-1t-evict100", [0, 25, 50, 75, 100], (hits) => ({
    unit: "us",
    terms: [visited(hits), visited(100, -0.5), ...synchronising(1)],
    tolerancePercent: 25,
    ...(hits === 100 ? {} : { gap: slowCalls })
  })),
  ...[50, 25].flatMap((evictPercent) =>
    curvePoints(`S-libmpk-keycache-1t-evict${evictPercent}`, [0, 25, 50, 75, 100], (hits) => {
      // What is neither a hit nor evicts is one mprotect, without the second change that a visit has.
      const gates = hits / 100 + (1 - hits / 100) * (evictPercent / 100)
      return {
        unit: "us",
        terms: [visited(hits, 1, evictPercent), visited(100, -0.5 * gates), ...synchronising(1, gates)],
        tolerancePercent: 25,
        ...(hits === 100 ? {} : { gap: slowCalls })
      }
    })
  ),
  rowPoint("F1a-21", { unit: "x", terms: [synchronised(1)], over: hit(1), tolerancePercent: 25, gap: slowCalls }, 0),
  rowPoint("F1a-21", { unit: "x", terms: [synchronised(4)], over: hit(4), tolerancePercent: 25, gap: processWide }, 1),
  ...curvePoints("S-mprotect-sparse", fromFiveThousand, figure3(false)),
  ...curvePoints("S-mprotect-contig", fromFiveThousand, figure3(true)),
  ...curvePoints(
    "S-libmpk-sync-mprotect-4KB",
    [10, 15, 20, 25, 30, 35, 40],
    (threads) => ({ unit: "us", terms: [synchronised(threads), synchronised(5, -1)], tolerancePercent: 25 }),
    5
  )
]
