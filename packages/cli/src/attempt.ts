/** The body of a command as an Effect. Law: what it throws stays what it was, and interruption aborts it. */
import { Effect } from "effect"

export const attempt = (action: (signal: AbortSignal) => Promise<void>): Effect.Effect<void, unknown> =>
  Effect.tryPromise({ try: action, catch: (error) => error })
