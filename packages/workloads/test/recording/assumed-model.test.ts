/** The declared model that stands in for missing instruction bytes, rule by rule. */
import { expect, test } from "vitest"
import { InstructionClass, type Recording } from "../../src/recording/recording.ts"
import { unpackRegisters } from "../../src/recording/registers.ts"
import { Handwritten } from "./handwritten.ts"

const app = 0x400000
const slot = 0x1fff000800

const imported = (hand: Handwritten): Promise<Recording> => hand.import({ code: null })
const classAt = (recording: Recording, address: number): string | undefined =>
  Object.entries(InstructionClass).find(
    ([, value]) => value === recording.instructionClass[recording.instructionAddress.indexOf(address)]
  )?.[0]

test("what another address follows is a transfer, told apart by its accesses, its length and whether it falls through", async () => {
  const hand = new Handwritten()
    .run(app, "branch")
    .run(app + 2, "branch")
    .run(app + 0x10, "jump")
  hand
    .run(app, "branch")
    .run(app + 0x20, "jumpMemory", "L 00600000,8")
    .call(app + 0x30, slot)
  hand
    .run(app + 0x40, "repStore", "S 00600000,1")
    .run(app + 0x40, "repStore")
    .return(app + 0x42, slot)
  const recording = await imported(hand.run(app + 0x35, "nop"))
  expect([0, 2, 0x10, 0x20, 0x30, 0x40, 0x42, 0x35].map((offset) => classAt(recording, app + offset))).toEqual([
    "branch",
    "jump",
    "jump",
    "indirectJump",
    "call",
    "alu",
    "return",
    "alu"
  ])
})

test("system calls, other threads and lost text make no transfers", async () => {
  const hand = new Handwritten()
    .run(app, "nop")
    .systemCall(39, "sys_getpid ()", "Success(0x7)")
    .run(app + 8, "nop")
  hand
    .lines("lost")
    .run(app + 16, "nop")
    .schedule(2)
    .run(app + 24, "nop")
  expect(new Set((await imported(hand)).instructionClass)).toEqual(new Set([InstructionClass.alu]))
})

test("every third instruction, and every one behind a load, reads what the one before it writes", async () => {
  const hand = new Handwritten()
  for (let place = 0; place < 7; place++) hand.run(app + place, "nop")
  hand
    .run(app + 7, "load", "L 00600000,8")
    .run(app + 10, "nop")
    .run(app + 11, "load", "L 00600000,32")
  const recording = await imported(hand)
  const read = Array.from(recording.dataSources, (packed) => unpackRegisters(packed).join())
  expect(read).toEqual(["", "", "", "2", "", "", "5", "", "7", "8"])
  expect(Array.from(recording.destinations, (packed) => unpackRegisters(packed)[0])).toEqual([...read.keys()])
  expect(classAt(recording, app + 11)).toBe("vector")
})
