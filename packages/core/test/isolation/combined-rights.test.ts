/** ER4: who could use a right that two mechanisms have to give, each place by hand. */
import { CombinedRights, PACKED_BITS } from "@isolde/core/isolation/combined-rights"
import { NoneUnit } from "@isolde/core/isolation/none"
import { Regions } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import { describe, expect, test } from "vitest"

const { none, read, readWrite } = Right
/** Neither an image of registers, nor the beginning of a snapshot that is not at its front. */
const [Apart, Front] = [-1, 0]

/** Two cores with a hardware thread each, domain 1, one region. Of each mechanism one number. */
class Held {
  readonly rights = new CombinedRights(
    [new NoneUnit(), new NoneUnit()],
    new Regions([{ name: "object", kind: 2, owner: 0, worker: -1, extents: [[1, 0, 64]] }]),
    2,
    Int32Array.of(0, 1),
    1
  )

  registers(thread: number, [one, other]: readonly [number, number], domain = 1, software = thread): this {
    const packed = one | (other << PACKED_BITS)
    this.rights.state(thread, domain, Float64Array.of(0, 0, packed), Front, 3, Apart, software, false)
    return this
  }

  translations(thread: number, unit: number, given: number): this {
    this.rights.cache(thread, 1, 0, given, unit)
    return this
  }

  memory(unit: number): this {
    this.rights.copy(1, 0, none, readWrite, unit)
    return this
  }

  get is(): readonly [boolean, boolean] {
    return [this.rights.held(1, 0, Right.read), this.rights.held(1, 0, Right.write)]
  }
}

const neither = [false, false]
const both = [true, true]

describe("ER4 a right under two mechanisms", () => {
  test("is what registers have of both", () => {
    expect(new Held().registers(0, [readWrite, read]).is).toEqual([true, false])
    expect(new Held().registers(0, [readWrite, none]).is).toEqual(neither)
  })

  test("is not held where one thread has a half and another thread the other", () => {
    expect(new Held().registers(0, [readWrite, none]).registers(1, [none, readWrite]).is).toEqual(neither)
  })

  test("is held while a translation gives what the table doesn't any more, on that core alone", () => {
    const held = new Held().registers(0, [none, readWrite]).translations(1, 0, readWrite)
    expect(held.is).toEqual(neither)
    expect(held.translations(0, 0, readWrite).is).toEqual(both)
    expect(held.translations(0, 0, none).is).toEqual(neither)
  })

  test("is held by who waits for his turn, with what his core has cached", () => {
    const held = new Held()
      .registers(0, [none, readWrite])
      .translations(0, 0, readWrite)
      .registers(0, [none, none], 0, 7)
    expect(held.is).toEqual(both)
    expect(held.translations(0, 0, none).is).toEqual(neither)
  })

  test("is found by whoever comes to the domain if neither needs a register", () => {
    expect(new Held().memory(0).is).toEqual(neither)
    expect(new Held().memory(0).memory(1).is).toEqual(both)
    const held = new Held().memory(0).translations(1, 1, read)
    expect(held.is).toEqual([true, false])
    expect([0, 1].map((thread) => held.registers(thread, [none, none]).rights.reaches(thread, 0))).toEqual([none, read])
  })

  test("is held by accesses on their way, whatever has gone since", () => {
    const held = new Held()
    held.rights.fly(1, 0, read, 1)
    expect(held.is).toEqual([true, false])
  })
})
