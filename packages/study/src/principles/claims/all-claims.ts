/** Every claim, in the order in which they are printed. */
import type { Claim } from "../claim.ts"
import { crossCoreClaims } from "./cross-core.ts"
import { pointerClaims } from "./pointer-rights.ts"
import { proposalClaims } from "./proposals.ts"
import { retaggingClaims } from "./retagging.ts"
import { subsystemClaims } from "./subsystems.ts"
import { timeProtectionClaims } from "./time-protection.ts"

export const allClaims: ReadonlyArray<Claim> = [
  ...crossCoreClaims,
  ...subsystemClaims,
  ...retaggingClaims,
  ...pointerClaims,
  ...timeProtectionClaims,
  ...proposalClaims
]
