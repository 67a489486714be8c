/**
 * The policies of shootdown by name.
 * Law: a run has one policy, which its machine chose (machines/shootdown-choice.ts).
 */
import type { ShootdownName } from "../../machines/shootdown-choice.ts"
import { ActionShootdown } from "./action-shootdown.ts"
import { BroadcastShootdown } from "./broadcast-shootdown.ts"
import { CoherentShootdown } from "./coherent-shootdown.ts"
import { InterruptShootdown } from "./interrupt-shootdown.ts"
import { InvlpgbShootdown } from "./invlpgb-shootdown.ts"
import { LazyShootdown } from "./lazy-shootdown.ts"
import type { ShootdownContext, ShootdownPolicy } from "./shootdown-policy.ts"

const policies: { readonly [Name in ShootdownName]: (context: ShootdownContext) => ShootdownPolicy } = {
  interrupt: (context) => new InterruptShootdown(context),
  broadcast: (context) => new BroadcastShootdown(context),
  invlpgb: (context) => new InvlpgbShootdown(context),
  rar: (context) => new ActionShootdown(context),
  lazy: (context) => new LazyShootdown(context),
  coherent: (context) => new CoherentShootdown(context)
}

/** The policy that the machine of `context` chose. */
export const shootdownOf = (context: ShootdownContext): ShootdownPolicy =>
  policies[context.numbers.shootdown.policy](context)
