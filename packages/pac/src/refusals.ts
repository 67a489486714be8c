/** What signed pointers can't express, refused as input with the reason. Law: nothing is downgraded (PAC10). */
import { InvalidInput } from "@isolde/core/invalid-input"
import { Right, type Rights } from "@isolde/core/isolation/rights"

/** Throws InvalidInput for rights that say how an object may be accessed. */
export function oneRight(region: string, rights: Rights): void {
  if (rights === Right.readWrite) return
  throw new InvalidInput([
    {
      path: `rights to ${region}`,
      expected: "reading and writing: a pointer authenticates or it doesn't",
      actual: `rights ${rights}`,
      remedy: "Grant both, or choose a mechanism whose rights tell loads from stores."
    }
  ])
}

/** Throws InvalidInput for a part of an object. */
export function narrowed(region: string, size: number, rights: Rights, offset: number, bytes: number): void {
  oneRight(region, rights)
  if (offset === 0 && (bytes === 0 || bytes === size)) return
  throw new InvalidInput([
    {
      path: `bounds in ${region}`,
      expected: `the whole object, 0 to ${size}`,
      actual: `${offset} to ${offset + bytes}`,
      remedy: "Sign an object of its own, or choose a mechanism with bounds in its pointers."
    }
  ])
}
