/**
 * The rule of EPT switching, for a thread that may execute VMFUNC by itself: it is in the context that it has named last,
 * whichever domain's that is, until a gate names another. A function or an index that isn't there changes nothing.
 */
import { Right } from "@isolde/core/isolation/rights"
import type { RuledAccess, RuledThread } from "@isolde/testkit"
import { VM_EXIT, vmfunc } from "../src/ept-walk.ts"

/** `contexts`: those that the list has. */
export function ruledContexts(contexts: number, passes: (rights: number, store: boolean) => boolean): RuledThread {
  const valid = Array.from({ length: contexts }, () => true)
  let context: number | undefined
  return {
    passes: ({ all, domain, region, store }: RuledAccess) => {
      const of = context ?? domain
      // A context outlives its domain, with the private memory that its first regions are (DEVIATIONS).
      return passes(region === of ? Right.readWrite : (all[of] ?? 0), store)
    },
    gate: () => {
      context = undefined
    },
    instruct: (_, pick) => {
      const [leaf, index] = [pick % 4 === 3 ? 1 : 0, Math.floor(pick / 4) % contexts]
      const named = vmfunc(leaf, index, valid)
      if (named !== VM_EXIT) context = named
      return { code: 0, a: leaf, b: index }
    }
  }
}
