/** Streams on disk are the streams that were made. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { addressStreams } from "@isolde/study/bench/address-streams"
import { beginningOf, readStreams, writeStreams } from "@isolde/study/bench/stream-files"
import { afterAll, describe, expect, test } from "vitest"

const scratch = mkdtempSync(join(tmpdir(), "isolde-streams-"))
afterAll(() => rmSync(scratch, { recursive: true }))

describe("streams on disk", () => {
  test.each([1, 3, 16])("of %i cores come back as they were written", (cores) => {
    const path = join(scratch, String(cores))
    const streams = addressStreams("mix", cores, 1000)
    writeStreams(path, streams)
    expect(readStreams(path, cores)).toEqual(streams)
  })

  test("begin as the whole does", () => {
    const streams = addressStreams("hit", 4, 1000)
    for (const [core, { line, offset, store }] of beginningOf(streams, 100).entries()) {
      expect(line).toEqual(streams[core]?.line.subarray(0, 25))
      expect(offset).toEqual(streams[core]?.offset.subarray(0, 25))
      expect(store).toEqual(streams[core]?.store.subarray(0, 25))
    }
  })
})
