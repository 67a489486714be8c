/** What the importer makes of lines that split and interrupt each other, and of a file that was cut. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { zstdCompressSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { importRecording } from "../../src/recording/import-recording.ts"
import { accessesOf, blocksOf, closing, Handwritten, opening, temporaryFolder } from "./handwritten.ts"

const app = 0x400000
const brk = "SYSCALL[7,1](12) sys_brk ( 0x0 ) --> [pre-success] Success(0x4035000) "

describe("a record that a system call splits", () => {
  const whole = new Handwritten()
    .run(app, "nop")
    .run(app + 1, "load", "L 1fff000010,8")
    .run(app + 4, "nop")

  test.each([
    ["in its address", `I  0040${brk}\n0001,3\n`],
    ["behind its first letter", `I${brk}\n  00400001,3\n`],
    ["in its size", `I  00400001,${brk}\n3\n`],
    ["before its newline", `I  00400001,3${brk}\n\n`],
    ["before its newline, which is lost", `I  00400001,3${brk}\n`]
  ])("%s is put together, before that call and with its accesses", async (_, split) => {
    const recording = await whole.import({ text: whole.text.replace("I  00400001,3\n", split) })
    expect(blocksOf(recording)).toEqual([[app, app + 1], [app + 4]])
    expect(accessesOf(recording)).toEqual(["L 1fff000010,8"])
    expect(recording.systemCallAt).toEqual(Uint32Array.of(1))
    expect(recording.notes).toMatchObject({ splitLines: 1, embeddedLines: 1, ignoredLines: 0, strayAccesses: 0 })
  })

  test("keeps its accesses when one of them is split", async () => {
    const recording = await whole.import({ text: whole.text.replace(" L 1fff000010,8", ` L 1fff${brk}\n000010,8`) })
    expect(accessesOf(recording)).toEqual(["L 1fff000010,8"])
    expect(blocksOf(recording)).toEqual([[app, app + 1], [app + 4]])
    expect(recording.systemCallAt).toEqual(Uint32Array.of(1))
  })

  test("is lost when its rest never comes, and leaves a gap", async () => {
    const recording = await whole.import({ text: whole.text.replace("I  00400004,1\n", `I  0040${brk}\n`) })
    expect(recording.instructionCount).toBe(2)
    expect(recording.notes).toMatchObject({ splitLines: 0, ignoredLines: 1 })
    expect(recording.gapAt).toEqual(Uint32Array.of(1))
  })
})

describe("a line that begins in the middle of another", () => {
  test("of the scheduler behind a system call is taken, and the newline that comes later counts as empty", async () => {
    const hand = new Handwritten().run(app, "systemCall")
    hand.lines(
      "SYSCALL[7,1](56) sys_clone ( 3d0f00 ) --> [pre-success] Success(0x9) --7--   SCHED[1]: releasing lock (VG_(vg_yield))",
      "--7--   SCHED[2]:  acquired lock (thread_wrapper(starting new thread))"
    )
    const recording = await hand
      .run(app + 8, "nop")
      .lines("")
      .import()
    expect(recording.segmentThread).toEqual(Uint16Array.of(1, 2))
    expect(recording.notes).toMatchObject({ embeddedLines: 1, emptyLines: 1, ignoredLines: 0 })
  })

  test("as a record behind a system call is taken", async () => {
    const hand = new Handwritten().run(app, "systemCall").lines(`${brk}I  00400002,1`)
    hand.table += "400002 0 90\n"
    const recording = await hand.import()
    expect(blocksOf(recording)).toEqual([[app], [app + 2]])
    expect(recording.notes).toMatchObject({ embeddedLines: 1 })
  })
})

test("a result on a line of its own belongs to the call before it", async () => {
  const hand = new Handwritten().run(app, "systemCall")
  hand.lines(
    "SYSCALL[7,1](334) unimplemented (by the kernel) syscall: 334! (ni_syscall)",
    " --> [pre-fail] Failure(0x26) "
  )
  const recording = await hand.run(app + 2, "nop").import()
  expect(recording.systemCallNumber).toEqual(Uint16Array.of(334))
  expect(recording.notes).toMatchObject({ ignoredLines: 0 })
})

test("accesses without an instruction, lines of no known form and calls of another process are counted", async () => {
  const hand = new Handwritten().lines(" L 00001000,8", "hello from the program").run(app, "nop")
  hand.lines("SYSCALL[7,1](39) sys_getpid () --> Success(0x7) ", "SYSCALL[8,1](39) sys_getpid () --> Success(0x8) ")
  const recording = await hand.run(app + 1, "nop").import()
  expect(recording.notes).toMatchObject({ strayAccesses: 1, ignoredLines: 1, foreignLines: 1 })
  expect(recording.systemCallNumber).toEqual(Uint16Array.of(39))
})

test("lines that end in carriage return and newline are read too", async () => {
  const hand = new Handwritten().run(app, "load", "L 1fff000010,8").run(app + 3, "nop")
  const recording = await hand.import({ text: hand.text.replaceAll("\n", "\r\n") })
  expect(recording.instructionCount).toBe(2)
  expect(recording.notes).toMatchObject({ ignoredLines: 0 })
})

test("a record may lie on the border of two chunks", async () => {
  const hand = new Handwritten()
  for (let count = 0; count < 40_000; count++) hand.run(app + (count % 2) * 3, "load", "L 1fff000010,8")
  const recording = await hand.import()
  expect(hand.text.length).toBeGreaterThan(2 ** 20)
  expect(recording).toMatchObject({ instructionCount: 40_000, accessCount: 40_000 })
  expect(recording.notes).toMatchObject({ ignoredLines: 0, strayAccesses: 0 })
})

describe("a recording that was cut", () => {
  const hand = new Handwritten()
    .run(app, "nop")
    .run(app + 1, "load", "L 1fff000010,8")
    .run(app + 4, "nop")
  const cut = opening + hand.body.slice(0, -4)

  test("within a line is refused with the line, and what stands there", async () => {
    const failure = await hand.import({ text: cut }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ _tag: "InvalidRecording", at: "line 7" })
    expect((failure as { actual: string }).actual).toContain("I  004000")
    expect((failure as { remedy: string }).remedy).toContain("--allow-truncated")
  })

  test("between two lines is refused", async () => {
    const failure = hand.import({ text: opening + hand.body })
    await expect(failure).rejects.toMatchObject({ at: "line 7", actual: "the end of the file" })
  })

  test("is accepted when that is allowed, its torn last line dropped and counted", async () => {
    const torn = await hand.import({ text: cut, allowTruncated: true })
    expect(torn.instructionCount).toBe(2)
    expect(torn.notes).toMatchObject({ truncated: true, tornTail: 1 })
    const clean = await hand.import({ text: opening + hand.body, allowTruncated: true })
    expect(clean.instructionCount).toBe(3)
    expect(clean.notes).toMatchObject({ truncated: true, tornTail: 0 })
  })

  test("as a compressed stream gives what stands before the cut", async () => {
    const long = new Handwritten()
    for (let count = 0; count < 200_000; count++) long.run(app + 3 * (count % 7), "load", `L 1fff0${count % 10}0010,8`)
    const compressed = zstdCompressSync(long.text)
    const folder = temporaryFolder()
    const path = join(folder, "hand.lackey.zst")
    writeFileSync(path, compressed.subarray(0, compressed.length / 2))
    await expect(importRecording({ path })).rejects.toMatchObject({ _tag: "InvalidRecording", path })
    const recording = await importRecording({ path, allowTruncated: true })
    expect(recording.notes.truncated).toBe(true)
    expect(recording.instructionCount).toBeGreaterThan(0)
    expect(recording.instructionCount).toBeLessThan(200_000)
  })

  test("only of its last newline is whole", async () => {
    const recording = await hand.import({ text: (opening + hand.body + closing).slice(0, -1) })
    expect(recording.notes).toMatchObject({ truncated: false, tornTail: 0 })
  })
})
