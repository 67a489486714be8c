/** The importer on texts written by hand: blocks, accesses, threads and mappings. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync, zstdCompressSync } from "node:zlib"
import { Effect } from "effect"
import { describe, expect, test } from "vitest"
import { type ImportProgress, importRecording, importRecordingEffect } from "../../src/recording/import-recording.ts"
import { InstructionClass, maximumBlockLength, PageKind, type Recording } from "../../src/recording/recording.ts"
import { accessesOf, blocksOf, Handwritten, temporaryFolder } from "./handwritten.ts"

const app = 0x400000
const one = 0x5000000

describe("blocks", () => {
  test("end behind a control transfer, taken or not, and equal ones are kept once", async () => {
    const hand = new Handwritten()
    for (const _ of [1, 2])
      hand
        .run(app, "nop")
        .run(app + 1, "branch")
        .run(app + 3, "add")
        .run(app + 6, "jump")
    const recording = await hand.import()
    const pair = [
      [app, app + 1],
      [app + 3, app + 6]
    ]
    expect(blocksOf(recording)).toEqual([...pair, ...pair])
    expect(recording.stream).toEqual(Uint32Array.of(0, 1, 0, 1))
    expect(recording.blockStart).toEqual(Uint32Array.of(0, 2, 4))
  })

  test("end at a system call, which is recorded at the position that follows", async () => {
    const hand = new Handwritten().run(app, "nop").run(app + 1, "systemCall")
    hand.systemCall(39, "sys_getpid ()[sync]", "Success(0x7)").run(app + 3, "nop")
    const recording = await hand.import()
    expect(blocksOf(recording)).toEqual([[app, app + 1], [app + 3]])
    expect(recording.systemCallAt).toEqual(Uint32Array.of(1))
    expect(recording.systemCallNumber).toEqual(Uint16Array.of(39))
  })

  test("end where addresses don't follow each other and where the object changes", async () => {
    const hand = new Handwritten().map("/lib/libone.so.1", one).map("/lib/libtwo.so.2", one + 0x1000)
    hand
      .run(one + 0xffe, "nop")
      .run(one + 0xfff, "nop")
      .run(one + 0x1000, "nop")
      .run(one + 0x1100, "nop")
    const recording = await hand.import()
    expect(blocksOf(recording)).toEqual([[one + 0xffe, one + 0xfff], [one + 0x1000], [one + 0x1100]])
    expect(objectsRun(recording)).toEqual(["/lib/libone.so.1", "/lib/libtwo.so.2", "/lib/libtwo.so.2"])
  })

  test("hold at most their greatest length", async () => {
    const hand = new Handwritten()
    for (let place = 0; place < maximumBlockLength + 1; place++) hand.run(app + place, "nop")
    expect(blocksOf(await hand.import()).map((block) => block.length)).toEqual([maximumBlockLength, 1])
  })

  test("repeat where a string instruction does", async () => {
    const hand = new Handwritten().run(app, "repStore", "S 00500000,1").run(app, "repStore", "S 00500001,1")
    const recording = await hand
      .run(app, "repStore")
      .run(app + 2, "nop")
      .import()
    expect(blocksOf(recording)).toEqual([[app], [app], [app, app + 2]])
    expect(accessesOf(recording)).toEqual(["S 00500000,1", "S 00500001,1"])
    expect(recording.instructionAddress).toEqual(Float64Array.of(app, app, app + 2))
  })
})

describe("accesses", () => {
  test("keep their order, and an address with other accesses is another instruction", async () => {
    const hand = new Handwritten().run(app, "load", "L 1fff000010,8").run(app + 3, "store", "S 7fffffffe008,4")
    hand.run(app, "load").run(app + 3, "store", "M 00500ffe,4")
    const recording = await hand.import()
    expect(accessesOf(recording)).toEqual(["L 1fff000010,8", "S 7fffffffe008,4", "M 00500ffe,4"])
    expect(recording.instructionAddress).toEqual(Float64Array.of(app, app + 3, app, app + 3))
    expect(recording.accessCount).toBe(3)
  })

  test("that straddle a page find the next one", async () => {
    const recording = await new Handwritten().run(app, "load", "L 00500ffc,8").import()
    const page = recording.accessPage[0] as number
    expect(recording.pages[recording.pageNext[page] as number]).toBe(0x501)
  })
})

describe("threads", () => {
  test("run from the scheduler's line to the next, and the stream names them", async () => {
    const hand = new Handwritten()
      .run(app, "nop")
      .schedule(2)
      .run(app + 8, "nop")
      .schedule(1)
      .run(app + 1, "nop")
    const recording = await hand.import()
    expect(recording.segmentStart).toEqual(Uint32Array.of(0, 1, 2, 3))
    expect(recording.segmentThread).toEqual(Uint16Array.of(1, 2, 1))
  })

  test("without scheduler lines are those of the system calls", async () => {
    const hand = new Handwritten().run(app, "systemCall")
    hand.lines("SYSCALL[7,1](202) sys_futex ( 0x10, 128, 2, 0x0, 0x0 ) --> [async] ... ")
    hand.lines("SYSCALL[7,2](202) ... [async] --> Success(0x0) ").run(app + 8, "nop")
    expect((await hand.import()).segmentThread).toEqual(Uint16Array.of(1, 2))
  })
})

describe("mappings", () => {
  test("take their file from the result of an open that came later, over calls of other threads", async () => {
    const hand = new Handwritten()
    hand.lines("SYSCALL[7,1](257) sys_openat ( 4294967196, 0x10(/lib/libone.so.1), 0 ) --> [async] ... ")
    hand.lines("SYSCALL[7,2](257) sys_openat ( 4294967196, 0x20(/lib/(two), 2.so), 0 ) --> [async] ... ")
    hand.lines("SYSCALL[7,2](257) ... [async] --> Success(0x5) ", "SYSCALL[7,1](257) ... [async] --> Success(0x4) ")
    hand.systemCall(9, "sys_mmap ( 0x0, 10, 5, 2, 4, 0 )", `[pre-success] Success(0x${one.toString(16)})`)
    hand.systemCall(9, "sys_mmap ( 0x0, 10, 5, 2, 5, 0 )", `[pre-success] Success(0x${(one + 0x1000).toString(16)})`)
    const recording = await hand
      .run(one, "nop")
      .run(one + 0x1000, "nop")
      .import()
    expect(objectsRun(recording)).toEqual(["/lib/libone.so.1", "/lib/(two), 2.so"])
  })

  test("are gone after munmap, replaced by later ones, and not made by calls that fail", async () => {
    const hand = new Handwritten().map("/lib/libone.so.1", one, 0x3000)
    hand.systemCall(11, `sys_munmap ( 0x${(one + 0x1000).toString(16)}, 4096 )[sync]`, "Success(0x0)")
    hand.systemCall(9, "sys_mmap ( 0x0, 4096, 3, 50, 4294967295, 0 )", `Success(0x${(one + 0x2000).toString(16)})`)
    hand.systemCall(9, `sys_mmap ( 0x${one.toString(16)}, 4096, 3, 50, 4294967295, 0 )`, "Failure(0xc)")
    hand
      .run(one, "nop")
      .run(one + 0x1000, "nop")
      .run(one + 0x2000, "nop")
    const recording = await hand.import()
    expect(objectsRun(recording)).toEqual(["/lib/libone.so.1", "/bin/program", "/bin/program"])
  })

  test("that change under code give its addresses new instructions, counted", async () => {
    const hand = new Handwritten().map("/lib/libone.so.1", one).run(one, "nop").map("/lib/libtwo.so.2", one)
    const recording = await hand.run(one, "nop").import()
    expect(objectsRun(recording)).toEqual(["/lib/libone.so.1", "/lib/libtwo.so.2"])
    expect(recording.pages).toEqual(Float64Array.of(one / 4096))
    expect(recording.notes.remappedPages).toBe(1)
  })

  test("tell the kinds of pages, by inference for the first thread's stack and the program's own data", async () => {
    const hand = new Handwritten().systemCall(12, "sys_brk ( 0x0 )", "Success(0x4800000)")
    hand.systemCall(12, "sys_brk ( 0x4802000 )", "Success(0x4802000)").map("/lib/libone.so.1", one)
    hand.systemCall(9, "sys_mmap ( 0x0, 4096, 3, 34, 4294967295, 0 )", "Success(0x6000000)")
    hand.systemCall(9, "sys_mmap ( 0x0, 8192, 0, 131106, 4294967295, 0 )", "Success(0x7000000)")
    const data = ["04801000", "05000010", "06000000", "07001ff8", "1fff000000", "00420000", "04803000"]
    for (const address of data) hand.run(app, "load", `L ${address},8`)
    const recording = await hand.import()
    const kinds = Object.fromEntries(data.map((address) => [address, kindAt(recording, Number.parseInt(address, 16))]))
    expect(kinds).toEqual({
      "04801000": PageKind.heap,
      "05000010": PageKind.fileData,
      "06000000": PageKind.anonymous,
      "07001ff8": PageKind.stack,
      "1fff000000": PageKind.stack,
      "00420000": PageKind.fileData,
      "04803000": PageKind.other
    })
    expect(kindAt(recording, app)).toBe(PageKind.code)
    expect(recording.objects).toEqual([
      { path: "/lib/libone.so.1", buildId: null, mappedBy: "system call" },
      { path: "/bin/program", buildId: "0a", mappedBy: "kernel" }
    ])
  })
})

describe("the file", () => {
  test("may be plain, gzip or zstd whatever its name, and gives the same recording", async () => {
    const hand = new Handwritten().run(app, "load", "L 1fff000010,8").run(app + 3, "nop")
    const folder = temporaryFolder()
    const table = join(folder, "table")
    writeFileSync(table, zstdCompressSync(hand.table))
    const forms = { plain: Buffer.from(hand.text), gzip: gzipSync(hand.text), zstd: zstdCompressSync(hand.text) }
    for (const [name, bytes] of Object.entries(forms)) {
      writeFileSync(join(folder, name), bytes)
      const recording = await importRecording({ path: join(folder, name), code: table })
      expect(recording).toMatchObject({ name, program: "program --flag", instructionCount: 2, accessCount: 1 })
      expect(recording.notes).toMatchObject({ lines: 11, executedInstructions: 1234 })
    }
  })

  test("reports progress up to its whole length, and stops when it is told to", async () => {
    const hand = new Handwritten().run(app, "nop")
    const seen: Array<ImportProgress> = []
    await hand.import({ onProgress: (progress) => seen.push(progress) })
    expect(seen.at(-1)).toMatchObject({ readBytes: hand.text.length, totalBytes: hand.text.length })
    await expect(hand.import({ signal: AbortSignal.abort(new Error("stopped")) })).rejects.toThrow("stopped")
  })

  test("imports as an Effect, whose failure is typed", async () => {
    const failure = await Effect.runPromise(Effect.flip(importRecordingEffect({ path: "/no/such/file" })))
    expect(failure).toMatchObject({ _tag: "InvalidRecording", path: "/no/such/file", actual: "no such file" })
  })

  test("without a side table says that dependences are assumed", async () => {
    const hand = new Handwritten()
      .run(app, "nop")
      .call(app + 1, 0x1fff000010)
      .run(app + 16, "nop")
    const recording = await hand
      .return(app + 17, 0x1fff000010)
      .run(app + 6, "nop")
      .import({ code: null })
    expect(recording.dependences).toBe("assumed")
    expect([...recording.instructionClass]).toEqual([
      InstructionClass.alu,
      InstructionClass.call,
      InstructionClass.alu,
      InstructionClass.return,
      InstructionClass.alu
    ])
  })
})

/** The object of each block that ran. */
const objectsRun = (recording: Recording): Array<string | undefined> =>
  blocksOf(recording).map((_, at) => {
    const block = recording.stream[at] as number
    const instruction = recording.blockInstructions[recording.blockStart[block] as number] as number
    return recording.objects[recording.instructionObject[instruction] as number]?.path
  })

const kindAt = ({ pageKind, pages }: Recording, address: number): number | undefined =>
  pageKind[pages.indexOf(Math.floor(address / 4096))]
