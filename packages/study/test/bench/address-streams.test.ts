/** The benchmark's address streams are those of the baselines' generator. */
import { addressStreams, type StreamKind } from "@isolde/study/bench/address-streams"
import { describe, expect, test } from "vitest"

/** What the generator in C writes: address | core << 48 | store << 63. */
const written: Readonly<Record<string, readonly [StreamKind, number, ReadonlyArray<bigint>]>> = {
  "hit of one core": [
    "hit",
    1,
    [
      0x20002d08n,
      0x200016a0n,
      0x8000000020003510n,
      0x8000000020002908n,
      0x200006a8n,
      0x20000348n,
      0x200016e8n,
      0x20001188n
    ]
  ],
  "miss of two": [
    "miss",
    2,
    [
      0x352e0n,
      0x100004c39b228n,
      0xf82d8n,
      0x800100004d290510n,
      0x2c49ec28n,
      0x80010000474c5508n,
      0x26bb0bd0n,
      0x100004fc89348n
    ]
  ],
  "mix of two": [
    "mix",
    2,
    [
      0x352e0n,
      0x1000040005000n,
      0xf82d8n,
      0x80010000402a5840n,
      0x800000002bc92c88n,
      0x1000040005040n,
      0x20000000n,
      0x10000400328c0n
    ]
  ]
}

describe("address streams", () => {
  for (const [name, [kind, cores, words]] of Object.entries(written)) {
    test(`${name} begins as the generator's does`, () => {
      const streams = addressStreams(kind, cores, words.length)
      const made = words.map((_, i) => {
        const core = i % cores
        const stream = streams[core]
        const at = Math.floor(i / cores)
        if (stream === undefined) throw new Error(`no stream for core ${core}`)
        const address = BigInt(stream.line[at] ?? 0) * 64n + BigInt(stream.offset[at] ?? 0)
        return address | (BigInt(core) << 48n) | (BigInt(stream.store[at] ?? 0) << 63n)
      })
      expect(made).toEqual(words)
    })
  }

  test("hit stays in 16 KiB for 95 of 100 accesses, and stores are three of ten", () => {
    const [stream] = addressStreams("hit", 1, 100_000)
    const near = stream?.line.filter((line) => line >= 2 ** 23 && line < 2 ** 23 + 256).length ?? 0
    const stores = stream?.store.reduce((sum, store) => sum + store, 0) ?? 0
    expect(near / 100_000).toBeCloseTo(0.95, 2)
    expect(stores / 100_000).toBeCloseTo(0.3, 2)
  })
})
