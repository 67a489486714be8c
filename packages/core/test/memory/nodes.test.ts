/** Two sockets: a page's lines come from the channels of the node that holds its frame. */

import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { Entry } from "@isolde/core/memory/pages"
import { describe, expect, test } from "vitest"
import { type Choices, finished, programmed } from "../small-system.ts"

/** Lines read by the channels of each socket when thread 0, on socket 0, loads a page that was touched on `node`. */
function reads(node: number, choices: Choices = {}) {
  const machine = skylakeSp({
    cores: 4,
    sockets: 2,
    overrides: { prefetch: { nextLine: 0, strideEntries: 0, streams: 0 } }
  })
  let frames: Array<number> = []
  const system = programmed(
    machine,
    {
      steps: 1,
      build: ({ pages }) => {
        const first = pages.reserve(4, Entry.present | Entry.writable, node)
        frames = Array.from(pages.frame.subarray(first, first + 4), (frame) => pages.nodeOf(frame))
        return {
          emit: (program, thread) => {
            if (thread.number !== 0) return
            for (let line = 0; line < 256; line++) program.load(first + (line >> 6), (line & 63) * 64)
          }
        }
      }
    },
    choices
  )
  const { cycles } = finished(system)
  const half = system.channels.owners.length / 2
  const sum = (from: number) => system.channels.reads.slice(from, from + half).reduce((total, each) => total + each, 0)
  return { frames, own: sum(0), other: sum(half), cycles }
}

describe("a page of four", () => {
  test("touched on the reader's node is read there, one touched on the other is read there, and takes longer", () => {
    const [near, far] = [reads(0), reads(1)]
    expect(near.frames).toEqual([0, 0, 0, 0])
    expect(far.frames).toEqual([1, 1, 1, 1])
    expect(near.other).toBe(0)
    expect(near.own).toBeGreaterThanOrEqual(256)
    expect(far.other).toBeGreaterThanOrEqual(256)
    expect(far.cycles).toBeGreaterThan(near.cycles)
  })

  test("interleaved lies half here, half there, whoever touched it", () => {
    const { frames, other, own } = reads(1, { nodes: "interleave" })
    expect(frames.reduce((sum, node) => sum + node, 0)).toBe(2)
    expect(own).toBeGreaterThanOrEqual(128)
    expect(other).toBeGreaterThanOrEqual(128)
  })

  test("is read in the same ticks, run ahead or not", () => {
    expect(reads(1, { runAhead: false })).toEqual(reads(1))
  })
})
