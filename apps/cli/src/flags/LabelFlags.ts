/** Labels as flags give them: `--label name=value`, once for each. */
import { Labels } from "@opwatch/core/Tracking"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Failure from "../failure/Failure.ts"

export const label = (about: string) =>
  Flag.String("label").pipe(Flag.withMetavar("NAME=VALUE"), Flag.withDescription(about), Flag.atLeast(0))

/** A name that is given twice counts with its last value. */
export const labelsOf = (given: ReadonlyArray<string>): Effect.Effect<Labels, Failure.Failure> => {
  const bad = given.find((text) => text.indexOf("=") < 1 || Option.isNone(decode([text])))
  if (bad !== undefined) {
    return Effect.fail(Failure.usage("InvalidValue", `--label cannot be "${bad}"`, "as in --label batch=2024-05", form))
  }
  return Option.match(decode(given), {
    onNone: () => Effect.fail(Failure.usage("InvalidValue", "there are too many labels", "give at most 32")),
    onSome: Effect.succeed
  })
}

const form = "its name is up to 63 letters, digits and ._/-, its value up to 255 characters"

const decodeLabels = Schema.decodeUnknownOption(Labels, { onExcessProperty: "error" })

const decode = (texts: ReadonlyArray<string>) => decodeLabels(Object.fromEntries(texts.map(pairOf)))

const pairOf = (text: string): readonly [string, string] => {
  const at = text.indexOf("=")
  return [text.slice(0, at), text.slice(at + 1)]
}

/** As one would give them again. */
export const again = (labels: Labels): ReadonlyArray<string> =>
  Object.entries(labels).flatMap(([name, value]) => ["--label", `${name}=${value}`])
