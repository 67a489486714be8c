/** Bad input: exit code 2, nothing on stdout, and on stderr where, what was expected, what stood there, what to do. */
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { machineNames } from "@isolde/core"
import { beforeAll, describe, expect, test } from "vitest"
import { isolde } from "./isolde-process.ts"
import { cutPiece } from "./recorded-piece.ts"
import { scratchFolder } from "./scratch-folder.ts"

const folder = scratchFolder()
const recording = join(folder, "piece.arrow")
const isolate = ["--isolate", "crypto=libcrypto.so.3", "--shared", "libc.so.6"]
const compare = ["compare", "--recording", recording, ...isolate, "--out", join(folder, "out"), "--json"]
const runNone = ["run", "--mechanism", "none", "--recording"]
let piece: string

beforeAll(async () => {
  piece = await cutPiece(folder, 5_000)
  const { code, stderr } = await isolde(["import", piece, "-o", recording])
  if (code !== 0) throw new Error(stderr)
}, 60_000)

/** Run, and expect bad input that is told with all of `texts`. */
async function expectRefusal(args: ReadonlyArray<string>, ...texts: ReadonlyArray<string>): Promise<void> {
  const { code, stderr, stdout } = await isolde(args)
  for (const text of texts) expect(stderr).toContain(text)
  expect(stderr).not.toContain("    at ")
  expect(stdout).toBe("")
  expect(code).toBe(2)
}

describe("isolde compare refuses", () => {
  test("wrong values, all at once, with the nearest names", async () => {
    const args = [...compare, "--cores", "0", "--exchange", "share,barrow", "--machine", "tigerlake"]
    await expectRefusal(
      args,
      "cores[0]: expected a whole number from 1 to 256, found 0",
      'exchange[1]: expected one of share, borrow, copy, found "barrow". Nearest names: borrow',
      `machine: expected one of ${machineNames.join(", ")}, found "tigerlake"`
    )
  })

  test("a mechanism that doesn't exist", async () => {
    const args = [...compare, "--mechanisms", "none,chery"]
    await expectRefusal(args, "mechanisms[1]: expected one of none, mpk", '"chery"', "Nearest names: cheri")
  })

  test("text that is no number, and a flag that doesn't exist", async () => {
    await expectRefusal([...compare, "--cores", "four"], "--cores", "four")
    await expectRefusal([...compare, "--mechanism", "mpk"], "--mechanism", "isolde compare --help")
  })

  test("an object that isn't in the recording", async () => {
    const args = [...runNone, recording, "--isolate", "crypto=libcrypt0.so.3"]
    await expectRefusal(args, "isolate.crypto[0]", "`libcrypt0.so.3`", "libcrypto.so.3")
  })

  test("a domain without a name or objects", async () => {
    await expectRefusal(
      ["compare", "--recording", recording, "--isolate", "libcrypto.so.3"],
      "--isolate",
      "NAME=OBJECT"
    )
  })

  test("a command line without a recording, and one without a domain", async () => {
    await expectRefusal(["compare", ...isolate], "--recording")
    await expectRefusal(["compare", "--recording", recording], "--isolate")
  })

  test("a recording that isn't there", async () => {
    const path = join(folder, "absent.arrow")
    await expectRefusal(
      ["compare", "--recording", path, ...isolate],
      "recording: expected a file",
      path,
      "isolde import"
    )
  })

  test("a recording that wasn't imported, and one that was cut", async () => {
    await expectRefusal([...runNone, piece, ...isolate], piece, "ARROW1", "isolde import")
    const cut = join(folder, "cut.arrow")
    copyFileSync(recording, cut)
    truncateSync(cut, 10_000)
    await expectRefusal([...runNone, cut, ...isolate], cut, "cut short")
  })

  test("a file that exports no mechanism", async () => {
    const file = join(folder, "empty.mjs")
    writeFileSync(file, "export const answer = 42\n")
    await expectRefusal(
      [...compare, "--mechanisms", file],
      "mechanisms[0]: expected a module that exports one mechanism"
    )
  })
})

describe("isolde run refuses", () => {
  test("a combination that the mechanism can't express, with its reason", async () => {
    const broken = join(import.meta.dirname, "mechanisms/broken.ts")
    const args = ["run", "--recording", recording, ...isolate, "--mechanism", broken, "--exchange", "copy"]
    await expectRefusal(args, "exchange: expected a policy that broken can express", "it has no hands")
  })
})

describe("isolde import refuses", () => {
  test("a file that isn't there", async () => {
    await expectRefusal(["import", join(folder, "absent.lackey"), "-o", join(folder, "x.arrow")], "absent.lackey")
  })

  test("a file that isn't a recording", async () => {
    const file = join(folder, "text.lackey")
    writeFileSync(file, "hello\n")
    await expectRefusal(["import", file, "-o", join(folder, "x.arrow")], file, "line 1", "valgrind --tool=lackey")
  })

  test("a torn recording, with its line, and accepts it when told to", async () => {
    const torn = join(folder, "torn.lackey")
    const text = readFileSync(piece)
    writeFileSync(torn, text.subarray(0, text.length - 200))
    const args = ["import", torn, "-o", join(folder, "torn.arrow"), "--code", join(folder, "piece.code.zst"), "--json"]
    await expectRefusal(args, torn, "line ", "--allow-truncated")
    const { code, stdout } = await isolde([...args, "--allow-truncated"])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ notes: { truncated: true, tornTail: 1 } })
  })

  test("an output that can't be written", async () => {
    const blocked = join(piece, "x.arrow")
    await expectRefusal(["import", piece, "-o", blocked], "output: expected a file to write", blocked)
  })
})

describe("isolde", () => {
  test("refuses a command that doesn't exist, with the nearest", async () => {
    await expectRefusal(["compar"], 'subcommand "compar"', "isolde --help")
  })
})
