/**
 * Handing over a structure of linked objects: every object has an owner of its own, and every link is a pointer in
 * memory. A list has one per object, a tree's inner object two, an array of pointers all of them in one place.
 */
import { RegionKind, Verb } from "@isolde/core"
import type { AccessPattern } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { pointerBytesOf } from "./linked-walk.ts"
import { atLeast, oneOf } from "./parameter-rule.ts"

export interface LinkedObjectsParameters {
  readonly [name: string]: number | string
  readonly structure: string
  readonly objects: number
  readonly bytes: number
  readonly every: number
}

const REQUEST = "hand-over"
const OBJECTS = 2
/** Regions of the two domains' own memory come first. */
const FIRST = 2

export const linkedObjects = experimentOf<LinkedObjectsParameters>({
  name: "linked-objects",
  meaning: "ticks of handing a list, a tree or an array of pointers with its objects to another domain",
  parameters: {
    structure: "list, tree or array",
    objects: "objects, each with rights of its own",
    bytes: "bytes of an object, pointers of 8 bytes among them: larger ones make it larger",
    every: "bytes from one object to the next: at least the object, and the mechanism's granule"
  },
  defaults: { structure: "list", objects: 16, bytes: 64, every: 4096 },
  accepts: { structure: oneOf("list", "tree", "array"), bytes: { least: 8 } },
  together: ({ bytes, every }) => atLeast("every", every, "bytes", bytes),
  readings: [
    { name: "ticks", unit: "tick", meaning: "the whole structure" },
    { name: "per object", unit: "tick per operation", meaning: "one of its objects" }
  ],
  scenario: (machine, asked, mechanisms) => {
    const pointer = pointerBytesOf(mechanisms)
    const bytes = asked.bytes + (pointer - 8) * pointersIn(asked)
    const parameters = { ...asked, bytes, every: Math.max(asked.every, bytes) }
    return {
      machine,
      mechanisms,
      workers: 1,
      workload: codeWorkload({
        name: "linked-objects",
        config: { ...asked },
        domains: ["program", "library"],
        areas: [
          { name: "memory", bytes: pointer * parameters.objects },
          { name: "memory of the library", bytes: 4096, owner: 1 },
          {
            name: "object",
            bytes: parameters.objects * parameters.every,
            kind: RegionKind.exchange,
            objects: { bytes, every: parameters.every }
          }
        ],
        requests: [REQUEST, "warm"],
        exchange: "borrow",
        threads: () => [{ code: codeOf(parameters, pointer) }]
      })
    }
  },
  read: ({ requests }, { objects }) => {
    const ticks = mean(ticksOf(requests, REQUEST))
    return { ticks, "per object": ticks / objects }
  }
})

/** Whoever hands over follows the links: it reads the pointers in an object before it gives the object away. */
function codeOf(parameters: LinkedObjectsParameters, pointer: number): Code {
  const { bytes, objects } = parameters
  const code = new Code([REQUEST, "warm"])
  const pointers = code.block([
    { load: { area: placeOf(parameters), at: pointerOf(parameters, pointer), bytes: pointer } }
  ])
  const perObject = Math.max(1, pointersIn(parameters))
  for (const request of ["warm", REQUEST]) {
    for (let object = 0; object < objects; object++)
      code.operate({ verb: Verb.keep, region: FIRST + object, toOffset: object })
    code.begin(request)
    for (let object = 0; object < objects; object++) {
      code.run(pointers, perObject)
      code.operate({ verb: Verb.move, region: FIRST + object, from: 0, to: 1, bytes })
    }
    code.end(request)
    for (let object = 0; object < objects; object++)
      code.operate({ verb: Verb.move, region: FIRST + object, from: 1, to: 0, bytes })
  }
  return code
}

/** Pointers in an object. */
const pointersIn = ({ structure }: LinkedObjectsParameters): number =>
  structure === "array" ? 0 : structure === "tree" ? 2 : 1

/** The area that the pointers lie in. */
const placeOf = ({ structure }: LinkedObjectsParameters): number => (structure === "array" ? 0 : OBJECTS)

/** The n-th pointer that is read: one of an array or of a list's object, two of a tree's object. */
function pointerOf({ every, objects, structure }: LinkedObjectsParameters, pointer: number): AccessPattern {
  if (structure === "array") return (n) => pointer * (n % objects)
  if (structure === "list") return (n) => every * (n % objects)
  return (n) => every * ((n >> 1) % objects) + pointer * (n & 1)
}
