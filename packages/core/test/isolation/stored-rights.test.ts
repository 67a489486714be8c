/** Rights in memory: who finds which of them when (SR1, SR2). */
import { StoredRights } from "@isolde/core/isolation/stored-rights"
import { describe, expect, test } from "vitest"

const TRAVEL = 20
const [DOMAIN, REGION] = [1, 2]
const Ever = 0x7fff_ffff

const fresh = (): StoredRights => {
  const rights = new StoredRights(3, 4, 2, 3, TRAVEL)
  rights.initialise(DOMAIN, REGION, 3)
  return rights
}
const of = (rights: StoredRights, software: number, issued: number, tick: number) =>
  rights.of(software, issued, DOMAIN, REGION, tick)

describe("a change of rights", () => {
  test("SR1 is there for what its own thread dispatches afterwards, and not for what it dispatched before", () => {
    const rights = fresh()
    rights.issue(0, 0, DOMAIN, REGION, 0)
    expect([of(rights, 0, 0, 5), of(rights, 0, 1, 5)]).toEqual([3, 0])
    rights.issue(0, 0, DOMAIN, REGION, 7)
    expect([of(rights, 0, 0, 6), of(rights, 0, 1, 6), of(rights, 0, 2, 6)]).toEqual([3, 0, 7])
    expect(rights.issued(0)).toBe(2)
  })

  test("SR1 what is judged late goes by what others have changed meanwhile, until its own thread's next change is there", () => {
    const rights = fresh()
    const own = rights.issue(0, 0, DOMAIN, REGION, 7)
    rights.perform(1, 1, rights.issue(1, 1, DOMAIN, REGION, 0), 100)
    expect([of(rights, 0, 0, 119), of(rights, 0, 0, 120), of(rights, 0, 1, 120)]).toEqual([3, 0, 7])
    rights.perform(0, 0, own, 200)
    expect([of(rights, 0, 0, 190), of(rights, 0, 1, 300), of(rights, 1, 1, 300)]).toEqual([0, 7, 7])
  })

  test("SR2 is there for others when its store has performed and a message could have come", () => {
    const rights = fresh()
    const tag = rights.issue(0, 0, DOMAIN, REGION, 0)
    expect(of(rights, 1, 0, 1000)).toBe(3)
    rights.perform(0, 0, tag, 1000)
    expect([of(rights, 1, 0, 1000 + TRAVEL - 1), of(rights, 1, 0, 1000 + TRAVEL)]).toEqual([3, 0])
    expect([of(rights, 0, 0, 1001), of(rights, 0, 1, 1001)]).toEqual([3, 0])
    expect([rights.domain, rights.region, rights.before, rights.after]).toEqual([DOMAIN, REGION, 3, 0])
  })

  test("SR2 two changes that perform in one message's time are found one after the other", () => {
    const rights = fresh()
    const tags = [5, 6].map((value) => rights.issue(0, 0, DOMAIN, REGION, value))
    rights.perform(0, 0, tags[0] as number, 100)
    rights.perform(0, 0, tags[1] as number, 110)
    expect([119, 120, 129, 130].map((tick) => of(rights, 1, 0, tick))).toEqual([3, 5, 5, 6])
  })

  test("another thread's later change counts for the first one too, once it is there", () => {
    const rights = fresh()
    rights.perform(0, 0, rights.issue(0, 0, DOMAIN, REGION, 0), 100)
    rights.perform(1, 1, rights.issue(1, 1, DOMAIN, REGION, 6), 200)
    expect([of(rights, 0, 1, 219), of(rights, 0, 1, 220), of(rights, 1, 1, 201)]).toEqual([0, 6, 6])
  })

  test("is found by its store's tag, also out of order and after another thread's turn has come", () => {
    const rights = fresh()
    const first = rights.issue(0, 0, DOMAIN, REGION, 0)
    const second = rights.issue(0, 0, DOMAIN, 3, 5)
    rights.perform(0, 2, second, 10)
    rights.perform(0, 2, first, 12)
    expect([of(rights, 1, 0, Ever), rights.of(1, 0, DOMAIN, 3, Ever)]).toEqual([0, 5])
    expect(() => rights.perform(0, 0, 9, 13)).toThrow(/SR2/)
  })

  test("is remembered beyond what a store's tag and a journal can count", () => {
    const rights = fresh()
    for (let n = 0; n < 3000; n++) rights.perform(1, 1, rights.issue(1, 1, DOMAIN, REGION, n & 7), 100 * n)
    expect([of(rights, 1, rights.issued(1), Ever), of(rights, 0, 0, Ever)]).toEqual([2999 & 7, 2999 & 7])
    for (let n = 0; n < 256; n++) rights.issue(0, 0, DOMAIN, REGION, 1)
    expect(() => rights.issue(0, 0, DOMAIN, REGION, 1)).toThrow(/SR1/)
  })
})
