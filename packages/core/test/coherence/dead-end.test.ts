/** PT1: a dead end of the protocol says what the whole machine holds of its line. */
import { Message, pack, Source } from "@isolde/core/coherence/message"
import { DeadEnd } from "@isolde/core/coherence/protocol-table"
import { advance } from "@isolde/core/scenario/run"
import { expect, test } from "vitest"
import { crampedMachine, programmed } from "../small-system.ts"

/** Two tiles store to one line; a PutAck that nobody has asked for comes to the third at `tick` or a little later. */
function deadEnd(tick: number): string {
  let data = 0
  const system = programmed(crampedMachine(3), {
    steps: 1,
    build: ({ pages }) => {
      data = pages.reserve(1)
      return { emit: (program, t) => (t.number === 2 ? program : program.store(data, 64)) }
    }
  })
  const line = system.pages.line(data, 64)
  const [home, stranger] = [system.homes.ownerOf(line), system.threads[2]?.owner as number]
  system.interconnect.sendAt(tick, home, stranger, pack(Message.PutAck, 2, 0, Source.llc), line)
  try {
    while (advance(system, 1e6) === undefined);
  } catch (error) {
    expect(error).toBeInstanceOf(DeadEnd)
    return (error as DeadEnd).message.replaceAll(` line ${line};`, " the line;")
  }
  return "the run came to its end"
}

test("it names the line, its state in every cache and at its home, and the messages under way", () => {
  const messages = Array.from({ length: 40 }, (_, i) => deadEnd(300 + i * 20))
  for (const message of messages)
    expect(message).toMatch(
      /^PT1: I x PutAck reached for the line; .*LLC slice \d: \w+, .*(under way: |nothing is under way)/
    )
  // Both have asked; the home fetches the line for the first, and the second waits for it.
  const fetching =
    /; tile 0: IM_AD; tile 1: IM_AD; LLC slice \d: IM_F, a way, no data, GetM of tile 1 waits; under way: Mem(Read|Data) of tile 0 to .* at tick \d+$/
  expect(messages.filter((message) => fetching.test(message))).not.toEqual([])
  expect(messages.filter((message) => /; tile 1: M; LLC slice \d: M, owned by tile 1, /.test(message))).not.toEqual([])
})
