/** Every verb leaves what each proposal's rule says (law L8; PRO1 to PRO5). */
import { describeEveryVerb, holderOf, type RuledAccess } from "@isolde/testkit"
import { describe } from "vitest"
import { proposals } from "../src/index.ts"
import { entryAllows, keyOpens, regionAllows, tagsMatch } from "../src/may-access.ts"
import { ruledProxies } from "./ruled-proxies.ts"

/** The domain's own key is open; every page has its holder's. */
const byKeys = ({ all, domain, store }: RuledAccess): boolean =>
  keyOpens(~(3 << (2 * (domain + 1))) & ~3, holderOf(all) + 1, holderOf(all) >= 0, true, store)

const byTags = ({ all, domain }: RuledAccess): boolean => tagsMatch(domain + 1, [holderOf(all) + 1])

const byEntries = ({ bytes, offset, rights, store }: RuledAccess): boolean =>
  entryAllows({ rights, bytes: 4096, version: 1 }, 1, offset, bytes, store)

const byRegions = ({ bytes, offset, rights, store }: RuledAccess): boolean =>
  regionAllows([{ from: 0, bytes: 4096, rights }], offset, bytes, store)

describe.each([
  ["keys", byKeys, false],
  ["tags", byTags, false],
  ["xpc", byEntries, true],
  ["hfi", byRegions, true],
  ["ideal", byEntries, true]
] as const)("%s", (base, passes, readOnly) => {
  describeEveryVerb(proposals({ base }), { passes, readOnly, runs: 5 })
})

describe("proxy", () => {
  describeEveryVerb(proposals({ base: "proxy" }), { rule: ruledProxies, readOnly: true, runs: 12 })
})
