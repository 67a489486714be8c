/** The rule itself: EPT1 to EPT4, as the manual's tables say them. */
import { describe, expect, test } from "vitest"
import { Access, LIST_ENTRIES, misconfigured, permits, VM_EXIT, vmfunc, walkRights } from "../src/ept-walk.ts"

const entries = [0, 1, 2, 3, 4, 5, 6, 7]

describe("an EPT entry", () => {
  test("EPT1 is misconfigured exactly when it is writable and not readable", () => {
    expect(entries.filter(misconfigured)).toEqual([2, 6])
  })

  test("EPT2 gives a walk no right that another level withholds, in any order", () => {
    for (const one of entries) {
      for (const other of entries) {
        const rights = walkRights([7, one, other, 7])
        expect(rights & ~one & ~other).toBe(0)
        expect(walkRights([7, other, one, 7])).toBe(rights)
        if (!misconfigured(one) && !misconfigured(other)) expect(rights).toBe(one & other)
      }
    }
  })

  test("EPT2 gives nothing through a misconfigured entry", () => {
    expect(walkRights([7, 7, 7, Access.write])).toBe(0)
    expect(walkRights([7, 7, Access.write | Access.execute, 7])).toBe(0)
  })
})

test("EPT3 an access needs both the guest's tables and the second level", () => {
  for (const access of Object.values(Access)) {
    expect(permits(access, access, access)).toBe(true)
    expect(permits(access, 7 & ~access, access)).toBe(false)
    expect(permits(7 & ~access, access, access)).toBe(false)
  }
})

describe("VMFUNC", () => {
  test("EPT4 switches to every valid entry of the list and to nothing else", () => {
    expect(vmfunc(0, 0, true)).toBe(0)
    expect(vmfunc(0, 510, true)).toBe(510)
    expect(vmfunc(0, 511, false)).toBe(VM_EXIT)
  })

  test("EPT4 exits beyond the list, and under every leaf but EPTP switching", () => {
    expect(vmfunc(0, LIST_ENTRIES, true)).toBe(VM_EXIT)
    expect(vmfunc(1, 0, true)).toBe(VM_EXIT)
  })
})
