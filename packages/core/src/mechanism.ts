/**
 * The one value that a mechanism package exports. Calling it with a configuration makes an instance, data
 * with its code attached; the simulator learns nothing about the hardware elsewhere. See CONTRIBUTING.md.
 */
import { Schema } from "effect"
import { type InputIssue, InvalidInput, shown } from "./invalid-input.ts"
import type { Demand, Traits } from "./isolation/traits.ts"
import type { MachineParts, ProtectionUnit } from "./isolation/unit.ts"
import type { Choice, Quantity } from "./quantity.ts"

/** Version of this interface; an instance made for another is refused. */
export const MECHANISM_API = 1

export interface MechanismDefinition<Config, Input> {
  /** Package name without scope: column value in traces, key in configuration files. */
  readonly name: string
  readonly version: string
  /** Decoded once, at the boundary; every quantity has unit, range, meaning and source. */
  readonly config: Schema.Codec<Config, Input>
  readonly traits: (config: Config) => Traits
  /** Why the mechanism can't do what a run asks of it, or undefined if it can. Never downgrade. */
  readonly refuse: (config: Config, demand: Demand) => string | undefined
  /** Construct the hardware. The last point where allocation, strings and exceptions are free. */
  readonly build: (config: Config, parts: MachineParts) => ProtectionUnit
}

/** A configured mechanism: `{ package, version, api, config }` is what is encoded, the rest is its code. */
export interface MechanismInstance {
  readonly package: string
  readonly version: string
  readonly api: number
  readonly config: unknown
  readonly name: string
  readonly traits: Traits
  readonly refuse: (demand: Demand) => string | undefined
  readonly build: (parts: MachineParts) => ProtectionUnit
}

export interface Mechanism<Config = unknown, Input = unknown> {
  /** Throws InvalidInput with every issue of `config`. */
  (config?: Input): MechanismInstance
  readonly mechanism: string
  readonly version: string
  readonly schema: Schema.Codec<Config, Input>
  readonly definition: MechanismDefinition<Config, Input>
}

export function defineMechanism<Config, Input>(
  definition: MechanismDefinition<Config, Input>
): Mechanism<Config, Input> {
  const decode = Schema.decodeUnknownResult(definition.config, { errors: "all", onExcessProperty: "error" })
  const make = (input: Input = {} as Input): MechanismInstance => {
    const decoded = decode(input)
    if (decoded._tag === "Failure") throw new InvalidInput(issuesOf(definition.name, input, String(decoded.failure)))
    const config = decoded.success
    return {
      package: `@isolde/${definition.name}`,
      version: definition.version,
      api: MECHANISM_API,
      config,
      name: definition.name,
      traits: definition.traits(config),
      refuse: (demand) => definition.refuse(config, demand),
      build: (parts) => definition.build(config, parts)
    }
  }
  return Object.assign(make, {
    mechanism: definition.name,
    version: definition.version,
    schema: definition.config,
    definition
  })
}

export interface ListedQuantity extends Quantity {
  readonly name: string
}

/** The quantities of a mechanism in the order of its schema: what `isolde params` prints. */
export const listQuantities = (mechanism: { readonly schema: unknown }): Array<ListedQuantity> =>
  annotated(mechanism, "quantity")

export interface ListedChoice extends Choice {
  readonly name: string
}

/** Its choices and switches, in the same order. */
export const listChoices = (mechanism: { readonly schema: unknown }): Array<ListedChoice> =>
  annotated(mechanism, "choice")

interface Annotations {
  readonly quantity?: Quantity
  readonly choice?: Choice
}

interface Node {
  readonly annotations?: Annotations | undefined
  readonly checks?: ReadonlyArray<{ readonly annotations?: Annotations | undefined }> | undefined
}

/** An annotation after a check sits on the check. */
function annotated<Key extends keyof Annotations>(
  { schema }: { readonly schema: unknown },
  key: Key
): Array<{ readonly name: string } & Required<Annotations>[Key]> {
  const fields = (schema as { readonly fields?: Record<string, Schema.Top> }).fields ?? {}
  return Object.entries(fields).flatMap(([name, { ast }]) => {
    const { annotations, checks = [] } = ast as unknown as Node
    const found = [annotations, ...checks.map((check) => check.annotations)].find((each) => each?.[key] !== undefined)
    const value = found?.[key] as Required<Annotations>[Key] | undefined
    return value === undefined ? [] : [{ name, ...value }]
  })
}

function issuesOf(name: string, input: unknown, message: string): Array<InputIssue> {
  return message.split("\n\n").map((text) => ({
    path: `${name}(config)`,
    expected: text.trim().replaceAll("\n", " "),
    actual: shown(input),
    remedy: `isolde params ${name} lists every parameter with its values or range.`
  }))
}
