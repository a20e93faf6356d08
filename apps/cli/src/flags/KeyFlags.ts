/** The arguments and flags of `opwatch keys`. */
import { KeyName } from "@opwatch/access/ApiKey"
import * as Scope from "@opwatch/access/Scope"
import { SourceName } from "@opwatch/core/Reference"
import * as Arr from "effect/Array"
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Failure from "../failure/Failure.ts"
import { listed, nearest, question } from "../help/Nearest.ts"
import { duration, outputFlags, text, toggle } from "./ReadingFlags.ts"

const { json, output, quiet } = outputFlags

export const common = {
  file: text("file", "PATH", "The key file; else OPWATCH_API_KEYS_FILE, else api-keys.json beside the configuration"),
  output,
  json,
  quiet
}

const isKeyName = Schema.is(KeyName)

export const name = Argument.String("NAME").pipe(
  Argument.filter(isKeyName, () => "up to 63 lower-case letters, digits and ._-, the first a letter or digit"),
  Argument.withDescription("What the key is for: what is tracked with it belongs to this name")
)

/** Of which each may be given several times, or once with commas in it. */
const several = (name: string, metavar: string, about: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(about), Flag.atLeast(0))

export const creating = {
  name,
  scope: several("scope", "SCOPE", `What it may be used for: ${Scope.all.join(", ")}; several with commas`),
  source: several("source", "NAME", "A source that it is for; without it, it is for all"),
  maxTracked: Flag.Int("max-tracked").pipe(
    Flag.filter(
      (count) => count >= 0,
      () => "a whole number, 0 or more"
    ),
    Flag.withMetavar("N"),
    Flag.withDescription("How many unfinished operations it may track at once"),
    Flag.optional
  ),
  expires: duration("expires", "For how long it counts; without it, until it is revoked"),
  rotate: toggle(
    "rotate",
    "Replace the key of this name, which counts no more at once; what no flag says stays as it was"
  ),
  ...common
}

const isScope = Schema.is(Scope.Scope)
const isSourceName = Schema.is(SourceName)

/** None where none is given. */
export const scopesOf = (given: ReadonlyArray<string>) =>
  words(given, isScope, (word) => {
    const hint = question(nearest(word, Scope.all))
    return Failure.usage("InvalidValue", `--scope cannot be "${word}"`, hint, `it takes ${listed(Scope.all)}`)
  })

export const sourcesOf = (given: ReadonlyArray<string>) =>
  words(given, isSourceName, (word) =>
    Failure.usage(
      "InvalidValue",
      `--source is "${word}", which is no name of a source: those are lower-case letters, digits and dashes`
    )
  )

const words = <A extends string>(
  given: ReadonlyArray<string>,
  isRight: (word: string) => word is A,
  wrong: (word: string) => Failure.Failure
): Effect.Effect<Arr.NonEmptyReadonlyArray<A> | undefined, Failure.Failure> => {
  const all = given.flatMap((text) => text.split(",")).map((word) => word.trim())
  const right = Arr.dedupe(all.filter(isRight))
  const bad = all.find((word) => !isRight(word))
  if (bad !== undefined) return Effect.fail(wrong(bad))
  return Effect.succeed(Arr.isReadonlyArrayNonEmpty(right) ? right : undefined)
}
