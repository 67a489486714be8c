/** What one tag can't say, refused as input. Law: nothing is downgraded. */
import { InvalidInput } from "@isolde/core/invalid-input"
import type { Rights } from "@isolde/core/isolation/rights"

/** Rights to memory whose tag is `tag`. */
export function inexpressible(path: string, rights: Rights, tag: number): never {
  throw new InvalidInput([
    {
      path,
      expected: "rights that one allocation tag can express: one holder, for reading and writing",
      actual: `rights ${rights} where the tag is ${tag}`,
      remedy: "Move the region instead, or choose a mechanism that can share."
    }
  ])
}

/** A pointer to less than a region, or for less than reading and writing. */
export function narrowing(rights: Rights, offset: number, bytes: number): never {
  throw new InvalidInput([
    {
      path: "script.rights",
      expected: "all rights to a whole region: a tag in a pointer says no more than whose memory it leads to",
      actual: `rights ${rights} to ${bytes} bytes from ${offset} on`,
      remedy: "Derive all of it, or choose a mechanism whose pointers have bounds."
    }
  ])
}
