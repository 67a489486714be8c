/**
 * Random programs in which every right has one administrator: one worker alone moves, grants and revokes an
 * exchange region, while all workers enter, leave, load and store. So what each access should find is known
 * beforehand, exactly or up to the moment of somebody else's operation.
 *
 * Law: a program is valid whatever numbers it is made of: steps that make no sense where they stand are left out.
 */
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import fc from "fast-check"
import type { ProgramRegion } from "../program-workload.ts"
import { type RandomProgram, type Step, startOf, type Vocabulary, workerOf } from "./planned-program.ts"
import { ScriptWriter } from "./script-writer.ts"

const step: fc.Arbitrary<Step> = fc.record({ kind: fc.nat(9), pick: fc.nat(59), store: fc.boolean() })

/** Steps of `workers` workers. */
export const stepsOf = (workers: number): fc.Arbitrary<Array<Array<Step>>> =>
  fc.array(fc.array(step, { minLength: 6, maxLength: 30 }), { minLength: workers, maxLength: workers })

/** The program that `steps` describe. */
export function randomProgram(steps: ReadonlyArray<ReadonlyArray<Step>>, words: Vocabulary): RandomProgram {
  const regions = regionsOf(words, steps.length)
  const made: RandomProgram = {
    program: {
      name: "random program",
      domains: Array.from({ length: words.domains }, (_, domain) => `domain ${domain}`),
      regions,
      exchange: words.exchange,
      threads: (memory) => {
        made.accesses.length = 0
        made.changes.length = 0
        made.gates = 0
        const used = new Int32Array(regions.length) // [region] offsets given out
        return steps.map((own, worker) => {
          const writer = new ScriptWriter(made, words, memory, used, worker, steps.length)
          for (const each of own) writer.step(each)
          return { domain: startOf(worker, words), start: worker * 7, script: writer.finish() }
        })
      }
    },
    accesses: [],
    changes: [],
    initial: regions.map((region) => initialRights(region, words)),
    gates: 0
  }
  return made
}

function regionsOf(words: Vocabulary, workers: number): Array<ProgramRegion> {
  const own = Array.from({ length: words.domains }, (_, domain) => ({
    name: `private ${domain}`,
    kind: RegionKind.private,
    owner: domain
  }))
  const exchanged = Array.from({ length: words.exchange === "copy" ? 0 : words.objects }, (_, object) => ({
    name: `object ${object}`,
    kind: RegionKind.exchange,
    owner: startOf(object % workers, words),
    worker: words.exchange === "borrow" ? workerOf(words.domains + 1 + object, words, workers) : -1,
    bytes: 4096 * (1 + (object % 2))
  }))
  return [...own, { name: "runtime", kind: RegionKind.shared, owner: 0 }, ...exchanged]
}

function initialRights(region: ProgramRegion, words: Vocabulary): Array<Rights> {
  const all = region.kind === RegionKind.shared || (region.kind === RegionKind.exchange && words.exchange === "share")
  return Array.from({ length: words.domains }, (_, domain) =>
    all || region.owner === domain ? Right.readWrite : Right.none
  )
}
