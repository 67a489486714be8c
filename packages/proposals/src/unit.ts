/** The timed half of a proposal: which unit its configuration asks for. Law: every unit is whole; none asks for another. */
import type { MachineParts, ProtectionUnit } from "@isolde/core/isolation/unit"
import type { ProposalsConfig } from "./config.ts"
import { EntriesUnit } from "./entries-unit.ts"
import { KeysUnit } from "./keys-unit.ts"
import { RegionsUnit } from "./regions-unit.ts"
import { TagsUnit } from "./tags-unit.ts"

export function proposalUnit(config: ProposalsConfig, parts: MachineParts): ProtectionUnit {
  switch (config.base) {
    case "keys":
      return new KeysUnit(config, parts)
    case "tags":
      return new TagsUnit(config, parts)
    case "hfi":
      return new RegionsUnit(config, parts)
    default:
      return new EntriesUnit(config, parts)
  }
}
