/** Each of these mistakes in a table is found by exploring it: what the checker is worth. */
import { describe, expect, test } from "vitest"
import { explore } from "./model/explorer.ts"
import { LineAutomaton } from "./model/line-automaton.ts"
import type { Table } from "./model/line-model.ts"
import { protocols } from "./model/protocols.ts"

/** `table` with another cell: `text` as in the source, "-action" for one left out and "+action" for one added. */
function mutated(table: Table, cell: string, text: string): Table {
  const [state = "", event = ""] = cell.split(" x ")
  const at = table.states.indexOf(state) * table.events.length + table.events.indexOf(event)
  const next = Uint8Array.from(table.next)
  const perform = Int32Array.from(table.perform)
  const bit = (name: string) => 1 << table.actions.indexOf(name)
  const [actions = "", target] = text.split("/")
  for (const action of actions.split(" ").filter((word) => word !== "")) {
    if (!table.actions.includes(action.slice(1))) throw new Error(`no action ${action}`)
    const now = perform[at] as number
    perform[at] = action.startsWith("-") ? now & ~bit(action.slice(1)) : now | bit(action.slice(1))
  }
  if (target !== undefined) next[at] = table.states.indexOf(target)
  return { ...table, next, perform }
}

/** What exploring the mutant finds, with deliveries at once or not, in a few words; "nothing" if it finds nothing. */
function found(name: string, side: "cache" | "home", cell: string, text: string, caches = 2, eager = false): string {
  for (const protocol of protocols.filter((each) => each.name.startsWith(`${name},`))) {
    const mutant = { ...protocol, [side]: mutated(protocol[side], cell, text) }
    try {
      explore(new LineAutomaton({ ...mutant, caches, eager }))
    } catch (error) {
      return (error as Error).message.split("\n")[0] as string
    }
  }
  return "nothing"
}

describe("a mistake of the cache", () => {
  test.each([
    ["mesi", "S x Inv", "-drop/S", "an invalidation that is acknowledged and not done", "reads an old value"],
    ["mesi", "SM_AD x Inv", "-drop/SM_AD", "an upgrade that is lost", "reads an old value"],
    ["mesi", "SM_AD x DataAcks", "+fill/M", "writing before the acknowledgements", ""],
    [
      "mesi",
      "IS_D x Inv",
      "-stall +sendInvAck",
      "an acknowledgement before the data that it is about",
      "reads an old value"
    ],
    ["mesi", "M x FwdGetS", "/M", "an owner that shares and goes on writing", "a writer and 1 readers"],
    ["mesi", "M x FwdGetM", "-drop/M", "an owner that hands over and stays", ""],
    ["mesi", "M x replace", "-sendPutM +sendPutE/EI_A", "modified data put back as clean", "the last store is lost"],
    [
      "mesi",
      "M x Recall",
      "-sendRecallData +sendRecallAck",
      "modified data that a recall drops",
      "the last store is lost"
    ],
    ["mesi", "MI_A x FwdGetS", "-sendDataHome", "data that never go home", "deadlock"],
    ["mesi", "SI_A x Recall", "-sendRecallAck", "a recall that nobody answers", "deadlock"],
    ["mesi", "S x Recall", "-drop/S", "a recall that is answered and not done", "the directory has other sharers"],
    ["mesi", "IM_A x LastInvAck", "-sendUnblock", "a line that nobody says has arrived", "deadlock"],
    ["moesi", "OM_AC x DataPeer", "-sendUnblock", "likewise of an owner in O", "deadlock"],
    ["mesi", "IM_AD x Data", "+sendUnblock", "a word that nobody waits for", "PT1: M x Unblock"],
    ["moesi", "O x FwdGetS", "-sendData", "an owner in O that serves nobody", "deadlock"],
    ["moesi", "OM_AC x FwdGetM", "-drop/OM_AC", "an upgrade of O that another overtook", "reads an old value"],
    ["moesi", "O x replace", "-sendPutO +sendPutS/SI_A", "dirty shared data put back as clean", ""]
  ] as const)("%s, %s: %s is %s", (name, cell, text, _, symptom) => {
    const message = found(name, "cache", cell, text)
    expect(message).not.toBe("nothing")
    expect(message).toContain(symptom)
    expect(found(name, "cache", cell, text, 2, true)).not.toBe("nothing")
  })
})

describe("a mistake of the home", () => {
  test.each([
    ["mesi", "S x GetM", "-invalidateSharers -sendDataAcks +sendDataM", "a missing invalidation", ""],
    ["mesi", "S x GetM", "-clearSharers", "sharers that are forgotten to be forgotten", ""],
    ["mesi", "M x PutOwner", "-install", "dirty data that are dropped", "the last store is lost"],
    ["mesi", "S_D x GetM", "-stall +forwardGetM", "a busy line that is served", ""],
    ["mesi", "R_A x RecallAck", "+replay/I", "a recall that ends with the first acknowledgement", ""],
    ["mesi", "R_A x PutRecalled", "-keep", "a write-back that a recall overtakes and drops", "the last store is lost"],
    ["mesi", "E x GetM", "-setOwner/E", "an owner that is not replaced", ""],
    ["mesi", "I x Write", "-discard", "a slice that keeps the line before a write", ""],
    ["mesi", "E x Evict", "-recall", "a way that is taken without a recall", ""],
    ["mesi", "S_D x Data", "-replay", "requests that wait for ever", "deadlock"],
    ["mesi", "M_U x GetM", "-stall +forwardGetM", "a line on its way that is sent on", "PT1: IM_A"],
    ["mesi", "M_U x Unblock", "-replay", "requests that wait behind a line on its way", "deadlock"],
    ["mesi", "M x GetM", "/M", "a home that expects no Unblock", "PT1: "],
    ["moesi", "O x GetMSharer", "-addOwnerToSharers", "an owner that is left out of an invalidation", ""],
    ["moesi", "O x PutOwner", "-install", "dirty shared data that are dropped", "the last store is lost"]
  ] as const)("%s, %s: %s is %s", (name, cell, text, _, symptom) => {
    const message = found(name, "home", cell, text)
    expect(message).not.toBe("nothing")
    expect(message).toContain(symptom)
    expect(found(name, "home", cell, text, 2, true)).not.toBe("nothing")
  })
})

test("with three caches: an owner's answer that counts no sharers", () => {
  expect(found("moesi", "home", "O x GetM", "-forwardGetMAcks +forwardGetM", 3)).toContain("reads an old value")
})
