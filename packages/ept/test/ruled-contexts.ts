/**
 * The rule of EPT switching, for a thread that may execute VMFUNC by itself: it is in the context that it has named last,
 * whichever domain's that is, until a gate names another. A function or an index that isn't there, or that was taken off
 * the list, changes nothing.
 */
import { Right } from "@isolde/core/isolation/rights"
import type { RuledAccess, RuledThread } from "@isolde/testkit"
import { VM_EXIT, vmfunc } from "../src/ept-walk.ts"

/** `contexts`: those that the list has. */
export function ruledContexts(contexts: number, passes: (rights: number, store: boolean) => boolean): RuledThread {
  let context: number | undefined
  return {
    passes: ({ all, domain, store }: RuledAccess) => {
      const of = context ?? domain
      return passes(all[of] ?? 0, store)
    },
    gate: () => {
      context = undefined
    },
    instruct: ({ rights }, pick) => {
      const [leaf, index] = [pick % 4 === 3 ? 1 : 0, Math.floor(pick / 4) % contexts]
      // Its first regions are its domains' private memory, which none but a domain that is no more has lost (EPT17).
      const named = vmfunc(leaf, index, rights(index)[index] === Right.readWrite)
      if (named !== VM_EXIT) context = named
      return { code: 0, a: leaf, b: index }
    }
  }
}
