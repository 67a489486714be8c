/**
 * Steps with pointers in the tests over every verb: a domain derives, keeps, loads and forgets them, and executes its
 * mechanism's instructions. Law: the rule is told what the program is told, in the same order.
 */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { Right } from "@isolde/core/isolation/rights"
import type { RuledThread, Standing } from "./ruled-thread.ts"
import type { VerbStep } from "./verb-program.ts"

/** Handle registers that programs use: some that gates leave alone, some that they may not. */
const handles: ReadonlyArray<number> = [0, 1, 5, 9]
const SLOTS = 3

/** The register that a step works on. */
export const handleOf = (pick: number): number => handles[(pick >> 2) % handles.length] as number

/** What the step does beside accesses, told to `rule`; undefined if it is an access. */
export function pointerStep(
  rule: RuledThread,
  at: Standing,
  { kind, pick, store }: VerbStep,
  region: number
): OperationRecord | undefined {
  const handle = handleOf(pick)
  const isImplicit = pick % 3 === 0
  const slot = (pick >> 6) % SLOTS
  if (kind < 3) return derived(rule, at, pick, region, store)
  if (kind === 3) {
    const from = isImplicit ? -1 : handle
    rule.keep?.(at, region, slot, from)
    return { verb: Verb.keep, region, toOffset: slot, handle: from }
  }
  if (kind === 4) {
    rule.recall?.(at, slot, handle)
    return { verb: Verb.recall, toOffset: slot, handle }
  }
  if (kind === 5) {
    const dropped = isImplicit ? -1 : handle
    rule.drop?.(at, region, dropped)
    return { verb: Verb.drop, region, handle: dropped }
  }
  if (kind > 6 || rule.instruct === undefined) return undefined
  const { a, b, code } = rule.instruct(at, pick >> 3, region, handle, slot)
  return { verb: Verb.instruction, rights: code, page: a, offset: b }
}

/** From what the domain has, or from another register; a part of it where the rule can say so. */
function derived(rule: RuledThread, at: Standing, pick: number, region: number, readOnly: boolean): OperationRecord {
  const to = handleOf(pick)
  const from = pick % 3 === 0 ? handleOf(pick >> 2) : -1
  const isPart = rule.narrows === true && pick % 5 === 0
  const part = isPart ? { offset: 16 * (pick % 64), bytes: 1024 } : { offset: 0, bytes: 0 }
  const rights = rule.narrows === true && readOnly ? Right.read : Right.readWrite
  rule.derive?.(at, { region, from, to, rights, ...part })
  return { verb: Verb.derive, region, handle: from, toHandle: to, rights, ...part }
}
