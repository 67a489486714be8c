/** What a recording contains, as the command line shows it: above all the objects that can be isolated. */
import type { ImportNotes, Recording } from "@isolde/workloads"

export interface RecordingFacts {
  /** The columnar file. */
  readonly file: string
  readonly name: string
  readonly program: string
  readonly dependences: "decoded" | "assumed"
  readonly instructions: number
  readonly accesses: number
  readonly threads: number
  readonly objects: ReadonlyArray<{
    readonly path: string
    readonly mappedBy: "system call" | "kernel"
    /** Instructions executed in it. */
    readonly instructions: number
  }>
  readonly notes: ImportNotes
}

export function recordingFacts(recording: Recording, file: string): RecordingFacts {
  const executed = instructionsByObject(recording)
  const { accessPage, dependences, instructionCount, name, notes, objects, program, segmentThread } = recording
  return {
    file,
    name,
    program,
    dependences,
    instructions: instructionCount,
    accesses: accessPage.length,
    threads: new Set(segmentThread).size,
    objects: objects.map(({ mappedBy, path }, at) => ({ path, mappedBy, instructions: executed[at] ?? 0 })),
    notes
  }
}

/** A block lies in one object. */
function instructionsByObject({ blockInstructions, blockStart, instructionObject, objects, stream }: Recording) {
  const executed = new Float64Array(objects.length)
  for (const block of stream) {
    const first = blockStart[block] ?? 0
    const object = instructionObject[blockInstructions[first] ?? 0] ?? -1
    if (object >= 0) executed[object] = (executed[object] ?? 0) + ((blockStart[block + 1] ?? first) - first)
  }
  return executed
}

export function recordingText(facts: RecordingFacts): string {
  const { accesses, dependences, file, instructions, program, threads } = facts
  const lines = [
    `${file}: ${program}`,
    `${count(instructions)} instructions, ${count(accesses)} accesses, threads: ${threads}, dependences ${dependences}`,
    "Objects, with the instructions executed in each (those that the kernel mapped run in the application):"
  ]
  const sorted = facts.objects.toSorted((a, b) => b.instructions - a.instructions)
  const width = count(sorted[0]?.instructions ?? 0).length
  for (const { instructions: executed, mappedBy, path } of sorted)
    lines.push(`  ${count(executed).padStart(width)}  ${path}${mappedBy === "kernel" ? " (mapped by the kernel)" : ""}`)
  const odd = Object.entries(facts.notes).filter(([name, value]) => isOdd(name, value))
  if (odd.length > 0) lines.push(`Tolerated: ${odd.map(([name, value]) => `${name} ${value}`).join(", ")}`)
  return lines.join("\n")
}

const isOdd = (name: string, value: unknown): boolean =>
  name !== "lines" && name !== "executedInstructions" && value !== 0 && value !== false

const count = (value: number): string => value.toLocaleString("en")
