/** Configuration fields that know their unit, their range, and where their default comes from. */
import { Effect, Schema } from "effect"

export interface Quantity {
  readonly default: number
  readonly unit: "cycle" | "byte" | "entry" | "instruction" | "count" | "percent"
  readonly meaning: string
  /** Row id of the published tables, a document, or an argument that begins with "assumed:". */
  readonly source: string
  readonly range?: readonly [least: number, most: number]
}

/** A field that is a name or a switch. */
export interface Choice {
  readonly default: string | boolean
  readonly values: ReadonlyArray<string | boolean>
  readonly meaning: string
}

declare module "effect/Schema" {
  namespace Annotations {
    interface Annotations {
      readonly quantity?: Quantity | undefined
      readonly choice?: Choice | undefined
    }
  }
}

/** An integer field with unit, meaning, source and range; absent means its default. */
export const quantity = (q: Quantity) =>
  Schema.Int.check(Schema.isBetween({ minimum: q.range?.[0] ?? 0, maximum: q.range?.[1] ?? 1_000_000 }))
    .annotate({ description: q.meaning, quantity: q })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(q.default)))

/** A choice between names; absent means the first. */
export const choice = <const Names extends readonly [string, ...ReadonlyArray<string>]>(
  names: Names,
  meaning: string
) =>
  Schema.Literals(names)
    .annotate({ description: meaning, choice: { default: names[0], values: names, meaning } })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(names[0])))

/** A switch; absent means `otherwise`. */
export const flag = (otherwise: boolean, meaning: string) =>
  Schema.Boolean.annotate({
    description: meaning,
    choice: { default: otherwise, values: [false, true], meaning }
  }).pipe(Schema.withDecodingDefaultKey(Effect.succeed(otherwise)))
