/** The three recordings that ship, whole: counts and crossings against a plain pass, activations against their law. */
import { mkdtemp, readdir, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Activations, isEnter, neverLeft, SwitchKind } from "../../src/recording/activations.ts"
import { blockDomains, flatCrossings } from "../../src/recording/crossings.ts"
import { followActivations } from "../../src/recording/follow-activations.ts"
import { importRecording } from "../../src/recording/import-recording.ts"
import { applicationDomain, resolvePolicy, sharedDomain } from "../../src/recording/policy.ts"
import { InstructionClass, PageKind, type Recording } from "../../src/recording/recording.ts"
import { columnNames } from "../../src/recording/recording-columns.ts"
import { inconsistency } from "../../src/recording/recording-consistency.ts"
import { readRecording, writeRecording } from "../../src/recording/recording-file.ts"
import { plainPass } from "./plain-pass.ts"

const programs = [
  { name: "nginx-tls", object: "libcrypto.so.3", instructions: 7_956_932, crossings: 9186, threads: 1 },
  { name: "sqlite3", object: "libsqlite3.so.0", instructions: 12_814_595, crossings: 5696, threads: 1 },
  { name: "pigz-3-threads", object: "libz.so.1", instructions: 11_546_921, crossings: 106, threads: 5 }
]
const pathOf = (name: string): string => join(import.meta.dirname, "../../../../recordings", `${name}.lackey.zst`)

describe.each(programs)("$name", ({ crossings, instructions, name, object, threads }) => {
  let recording: Recording
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "isolde-recording-"))
    recording = await importRecording({ path: pathOf(name) })
  }, 60_000)
  afterAll(() => rm(folder, { recursive: true }))

  test("has the instructions, accesses and flat crossings that a plain pass over its text counts", () => {
    const plain = plainPass(pathOf(name), { [object]: "isolated" }, ["libc.so.6"])
    const policy = resolvePolicy(recording, { isolate: { isolated: [object] }, shared: ["libc.so.6"] })
    expect(plain.instructions).toBe(instructions)
    expect(recording.instructionCount).toBe(instructions)
    expect(recording.accessCount).toBe(plain.loads + plain.stores + plain.modifies)
    expect(plain.crossings).toBe(crossings)
    expect(flatCrossings(recording, policy)).toBe(plain.crossings)
  })

  test("is decoded throughout, with the recorded threads and nothing lost", () => {
    const { notes } = recording
    expect(recording.dependences).toBe("decoded")
    expect(new Set(recording.segmentThread).size).toBe(threads)
    expect(notes).toMatchObject({ ignoredLines: 0, strayAccesses: 0, foreignLines: 0, truncated: false, tornTail: 0 })
    expect(notes.embeddedLines).toBe(name === "pigz-3-threads" ? 4 : 0)
    expect(notes.executedInstructions).toBeGreaterThanOrEqual(instructions)
    expect([...recording.pageKind]).not.toContain(PageKind.other)
    expect(inconsistency(recording)).toBeNull()
  })

  test("follows each call with the domain of its target, and each return with that of its caller", () => {
    const policy = resolvePolicy(recording, { isolate: { isolated: [object] }, shared: ["libc.so.6"] })
    const activations = followActivations(recording, policy)
    expect(violations(recording, blockDomains(recording, policy), activations)).toEqual([])
    expect(activations.unfinished).toBe(0)
    expect(activations.switchAt.length).toBe(2 * activations.invocations)
    expect(activations.switchAt.length).toBeGreaterThanOrEqual(crossings)
    expect([...activations.stackPage].every((page) => page >= 0)).toBe(true)
    expect([...activations.switchKind]).not.toContain(SwitchKind.unwind)
  })

  test("follows them also where every library is a domain of its own, and where none is shared", () => {
    const libraries = recording.objects.filter(({ mappedBy, path }) => mappedBy === "system call" && /\.so/.test(path))
    const isolate = Object.fromEntries(libraries.map(({ path }) => [path, [path]]))
    const policy = resolvePolicy(recording, { isolate, shared: [] })
    const activations = followActivations(recording, policy)
    expect(violations(recording, blockDomains(recording, policy), activations)).toEqual([])
    expect(activations.unfinished).toBeLessThan(activations.invocations / 100)
  })

  test("reads back from its file as it was written, without a copy", async () => {
    const path = join(folder, `${name}.arrow`)
    await writeRecording(recording, path)
    const read = await readRecording(path)
    expect(differences(recording, read)).toEqual([])
    expect((await stat(path)).size).toBeLessThan(60e6)
    expect(
      new Set(
        columnNames
          .map((column) => read[column])
          .filter(hasRows)
          .map(({ buffer }) => buffer)
      ).size
    ).toBe(1)
    expect(await readdir(folder)).toEqual([`${name}.arrow`])
  })
})

test("without its side table nginx has the same crossings, and activations by the assumed model", async () => {
  const recording = await importRecording({ path: pathOf("nginx-tls"), code: null })
  const policy = resolvePolicy(recording, { isolate: { crypto: ["libcrypto.so.3"] }, shared: ["libc.so.6"] })
  const activations = followActivations(recording, policy)
  expect(recording.dependences).toBe("assumed")
  expect(flatCrossings(recording, policy)).toBe(9186)
  expect(violations(recording, blockDomains(recording, policy), activations)).toEqual([])
  expect(activations.invocations).toBe(4593)
  expect([...recording.instructionClass]).toContain(InstructionClass.return)
})

/** What breaks the law of activations: switches in order, nested, each block with a domain of its own in that domain. */
function violations(recording: Recording, domainOf: Int8Array, activations: Activations): Array<string> {
  const { entered, left, switchActivation, switchAt, switchDepth, switchFrom, switchKind, switchThread, switchTo } =
    activations
  const found: Array<string> = []
  const threads = new Map<number, { domain: number; readonly open: Array<number> }>()
  let next = 0
  let segment = 0
  for (let at = 0; at < recording.stream.length; at++) {
    if (recording.segmentStart[segment + 1] === at) segment++
    const number = recording.segmentThread[segment] as number
    const thread = threads.get(number) ?? { domain: applicationDomain, open: [] }
    threads.set(number, thread)
    for (; switchAt[next] === at; next++) {
      const activation = switchActivation[next] as number
      const enters = isEnter(switchKind[next] as number)
      if (enters) thread.open.push(activation)
      const nests = switchDepth[next] === thread.open.length && thread.open.at(-1) === activation
      const linked = (enters ? entered : left)[activation] === next
      if (switchThread[next] !== number || switchFrom[next] !== thread.domain || !nests || !linked)
        found.push(`switch ${next}`)
      if (!enters) thread.open.pop()
      thread.domain = switchTo[next] as number
    }
    const domain = domainOf[recording.stream[at] as number] as number
    if (domain !== sharedDomain && domain !== thread.domain) found.push(`position ${at}`)
  }
  const open = [...threads.values()].flatMap((thread) => thread.open)
  if (open.some((activation) => left[activation] !== neverLeft)) found.push("an open activation was left")
  if (open.length !== activations.unfinished || next !== switchAt.length) found.push("counts")
  return found
}

const hasRows = ({ length }: { readonly length: number }): boolean => length > 0

/** Names of what differs, columns byte by byte. */
function differences(one: Recording, other: Recording): Array<string> {
  const bytes = (view: ArrayBufferView): Buffer => Buffer.from(view.buffer, view.byteOffset, view.byteLength)
  return Object.keys({ ...one, ...other }).filter((key) => {
    const [a, b] = [one, other].map((each) => each[key as keyof Recording])
    if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b))
      return a.constructor !== b.constructor || !bytes(a).equals(bytes(b))
    return JSON.stringify(a) !== JSON.stringify(b)
  })
}
