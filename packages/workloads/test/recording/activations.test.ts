/** Rules A1 to A6 on recordings written by hand: an application, an isolated library, and shared code. */
import { describe, expect, test } from "vitest"
import { SwitchKind } from "../../src/recording/activations.ts"
import { flatCrossings } from "../../src/recording/crossings.ts"
import { followActivations } from "../../src/recording/follow-activations.ts"
import { resolvePolicy } from "../../src/recording/policy.ts"
import { Handwritten } from "./handwritten.ts"

const app = 0x400000
const lib = 0x5000000
const other = 0x6000000
const shared = 0x7000000
const stack = 0x1fff000800

const program = (): Handwritten =>
  new Handwritten().map("/lib/lib.so", lib).map("/lib/other.so", other).map("/lib/libc.so.6", shared)

/** Each switch as `kind from>to depth@address of the first instruction behind it`, and the counts. */
async function follow(hand: Handwritten, code?: null) {
  const recording = await hand.import(code === null ? { code } : {})
  const isolate = { lib: ["lib.so"], other: ["other.so"] }
  const policy = resolvePolicy(recording, { isolate, shared: ["libc.so.6"] })
  const activations = followActivations(recording, policy)
  const kinds = Object.keys(SwitchKind)
  const short = ["app", "lib", "other"]
  const switches = Array.from(activations.switchAt, (at, row) => {
    const block = recording.stream[at] as number
    const first = recording.blockInstructions[recording.blockStart[block] as number] as number
    const from = short[activations.switchFrom[row] as number]
    const to = short[activations.switchTo[row] as number]
    const place = (recording.instructionAddress[first] as number).toString(16)
    return `${kinds[activations.switchKind[row] as number]} ${from}>${to} ${activations.switchDepth[row]}@${place}`
  })
  return { recording, activations, switches, crossings: flatCrossings(recording, policy) }
}

describe("A1, A2", () => {
  test("a call through a linkage stub enters at the jump, on the call's frame, and its return leaves", async () => {
    const hand = program()
      .call(app, stack)
      .run(app + 0x100, "jumpMemory", "L 00420000,8")
    hand
      .run(lib, "push", "S 1fff0007f8,8")
      .return(lib + 1, stack)
      .run(app + 5, "nop")
    const { activations, crossings, recording, switches } = await follow(hand)
    expect(switches).toEqual(["call app>lib 1@5000000", "return lib>app 1@400005"])
    expect(activations).toMatchObject({ invocations: 1, unfinished: 0 })
    const page = recording.pages[activations.stackPage[0] as number] as number
    expect(page * 4096 + (activations.stackOffset[0] as number)).toBe(stack)
    expect(crossings).toBe(2)
  })

  test("a callback's return goes back to the domain it interrupted, in shared code too, unlike flat", async () => {
    const hand = program().call(app, stack)
    for (const _ of [1, 2])
      hand
        .call(shared, stack - 8)
        .return(lib, stack - 8)
        .run(shared + 5, "jump")
    hand.return(shared + 0x10, stack).run(app + 5, "nop")
    const { crossings, switches } = await follow(hand)
    const callback = ["call app>lib 1@5000000", "return lib>app 1@7000005"]
    expect(switches).toEqual([...callback, ...callback])
    expect(crossings).toBe(2)
  })

  test("an enter of a domain that is already on the stack is a callback", async () => {
    const hand = program()
      .call(app, stack)
      .call(lib, stack - 8)
      .call(app + 0x20, stack - 16)
    hand
      .return(lib + 0x20, stack - 16)
      .return(app + 0x25, stack - 8)
      .return(lib + 5, stack)
      .run(app + 5, "nop")
    expect((await follow(hand)).switches).toEqual([
      "call app>lib 1@5000000",
      "callback lib>app 2@400020",
      "callback app>lib 3@5000020",
      "return lib>app 3@400025",
      "return app>lib 2@5000005",
      "return lib>app 1@400005"
    ])
  })

  test("threads have stacks of their own", async () => {
    const hand = program()
      .call(app, stack)
      .run(lib, "nop")
      .schedule(2)
      .call(app, stack + 0x4000)
      .run(other, "nop")
    hand
      .schedule(1)
      .return(lib + 1, stack)
      .run(app + 5, "nop")
    hand
      .schedule(2)
      .return(other + 1, stack + 0x4000)
      .run(app + 5, "nop")
    const { activations, switches } = await follow(hand)
    expect(switches).toEqual([
      "call app>lib 1@5000000",
      "call app>other 1@6000000",
      "return lib>app 1@400005",
      "return other>app 1@400005"
    ])
    expect(activations.switchThread).toEqual(Uint16Array.of(1, 2, 1, 2))
  })
})

describe("A3", () => {
  test("a jump out of an activation leaves it, and the return of its call changes nothing more", async () => {
    const hand = program()
      .call(app, stack)
      .run(lib, "jump")
      .return(app + 0x40, stack)
      .run(app + 5, "nop")
    expect((await follow(hand)).switches).toEqual(["call app>lib 1@5000000", "tail lib>app 1@400040"])
  })

  test("a jump to a third domain leaves and enters in one place", async () => {
    const hand = program()
      .call(app, stack)
      .run(lib, "jump")
      .return(other, stack)
      .run(app + 5, "nop")
    const { crossings, switches } = await follow(hand)
    expect(switches).toEqual([
      "call app>lib 1@5000000",
      "tail lib>app 1@6000000",
      "call app>other 1@6000000",
      "return other>app 1@400005"
    ])
    expect(crossings).toBe(3)
  })
})

describe("A4", () => {
  test("frames that a longjmp abandoned are unwound at the next return below them", async () => {
    const hand = program()
      .call(app, stack)
      .call(shared, stack - 8)
      .call(lib, stack - 16)
      .call(app + 0x20, stack - 24)
    hand
      .run(shared + 0x40, "jump")
      .return(shared + 0x80, stack)
      .run(app + 5, "nop")
    const { activations, switches } = await follow(hand)
    expect(switches).toEqual([
      "call app>lib 1@5000000",
      "callback lib>app 2@400020",
      "unwind app>lib 2@400005",
      "unwind lib>app 1@400005"
    ])
    expect(activations.unfinished).toBe(0)
  })

  test("and at the next call that pushes over them", async () => {
    const hand = program()
      .call(app, stack)
      .call(lib, stack - 8)
      .call(app + 0x20, stack - 16)
    hand
      .run(shared + 0x40, "jump")
      .call(app + 0x60, stack)
      .run(shared, "nop")
    expect((await follow(hand)).switches.slice(2)).toEqual(["unwind app>lib 2@7000000", "unwind lib>app 1@7000000"])
  })
})

describe("A5", () => {
  test("a signal handler interrupts, and rt_sigreturn goes back to the interrupted domain in shared code", async () => {
    const hand = program()
      .call(app, stack)
      .call(lib, stack - 8)
      .run(shared, "systemCall")
    hand.systemCall(232, "sys_epoll_wait ( 6, 0x10, 512, 75000 )", "[async] ...")
    hand.run(app + 0x200, "push", "S 1fff000400,8").return(app + 0x201, 0x1fff000408)
    hand.run(shared + 0x80, "systemCall").systemCall(15, "sys_rt_sigreturn ( )", "[pre-success] NoWriteResult")
    hand
      .run(shared + 2, "nop")
      .return(shared + 3, stack - 8)
      .return(lib + 5, stack)
      .run(app + 5, "nop")
    const { crossings, switches } = await follow(hand)
    expect(switches).toEqual([
      "call app>lib 1@5000000",
      "interrupt lib>app 2@400200",
      "return app>lib 2@7000002",
      "return lib>app 1@400005"
    ])
    expect(crossings).toBe(4)
  })

  test("a system call that starts again is no interruption, and neither is lost text", async () => {
    const hand = program()
      .call(app, stack)
      .run(lib, "systemCall")
      .run(lib, "systemCall")
      .run(lib + 2, "nop")
    hand
      .lines("lost")
      .run(app + 0x300, "nop")
      .return(app + 0x301, stack)
      .run(app + 5, "nop")
    expect((await follow(hand)).switches).toEqual(["call app>lib 1@5000000", "tail lib>app 1@400300"])
  })
})

describe("A6", () => {
  test("a return that no call made is a jump, as where a recording starts in the middle", async () => {
    const hand = program()
      .return(lib, stack)
      .run(app, "nop")
      .return(app + 1, stack + 8)
      .run(other, "nop")
    const { activations, switches } = await follow(hand)
    expect(switches).toEqual(["call app>lib 1@5000000", "tail lib>app 1@400000", "call app>other 1@6000000"])
    expect(activations).toMatchObject({ invocations: 2, unfinished: 1 })
    expect(activations.stackPage).toEqual(Int32Array.of(-1, -1))
  })

  test("a return to another address than the call's ends the frame and jumps", async () => {
    const hand = program()
      .call(app, stack)
      .call(app + 0x20, stack - 8)
      .return(app + 0x40, stack - 8)
      .run(lib, "nop")
    hand.return(lib + 1, stack).run(app + 5, "nop")
    expect((await follow(hand)).switches).toEqual(["call app>lib 1@5000000", "return lib>app 1@400005"])
  })

  test("and leaves what was entered on it as unwound", async () => {
    const hand = program()
      .call(app, stack)
      .return(lib, stack)
      .run(app + 0x40, "nop")
    expect((await follow(hand)).switches).toEqual(["call app>lib 1@5000000", "unwind lib>app 1@400040"])
  })

  test("a call to the next instruction leaves no frame", async () => {
    const hand = program()
      .call(app, stack)
      .run(app + 5, "load", "L 1fff000800,8")
      .run(app + 8, "jump")
      .run(lib, "nop")
    const { activations, switches } = await follow(hand)
    expect(switches).toEqual(["call app>lib 1@5000000"])
    expect(activations.stackPage).toEqual(Int32Array.of(-1))
  })
})

test("without bytes the assumed model follows calls and returns the same way", async () => {
  const hand = program()
    .call(app, stack)
    .run(lib, "push", "S 1fff0007f8,8")
    .return(lib + 1, stack)
    .run(app + 5, "nop")
  expect((await follow(hand, null)).switches).toEqual(["call app>lib 1@5000000", "return lib>app 1@400005"])
})
