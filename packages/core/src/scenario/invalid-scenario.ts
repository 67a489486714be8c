/** Bad input about a scenario: the issues of all its parts at once. */
import { InvalidInput } from "../invalid-input.ts"

/** A scenario with issues. */
export class InvalidScenario extends InvalidInput {}
