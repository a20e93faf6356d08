/** What callers without Effect give as text, read before anything is sent. */
import * as DurationText from "@opwatch/core/DurationText"
import { isLoopback } from "@opwatch/core/Loopback"
import * as Reference from "@opwatch/core/Reference"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { OpwatchError, types } from "./OpwatchError.ts"

const bad = (detail: string) => Effect.fail(new OpwatchError({ type: types.badInput, detail }))

export const reference = (text: string): Effect.Effect<Reference.Reference, OpwatchError> =>
  Effect.catch(Effect.fromResult(Reference.parse(text, { locations: [] })), () =>
    bad(`"${text}" is not a reference to an operation, as toloka/57068577e4b0bf7b07a0256f is`)
  )

export const duration = (text: string | undefined): Effect.Effect<Duration.Duration | undefined, OpwatchError> =>
  text === undefined
    ? Effect.undefined
    : Option.match(DurationText.parse(text), {
        onNone: () => bad(`"${text}" is not ${DurationText.form}`),
        onSome: Effect.succeed
      })

/** Neither the value nor what is wrong with a secret in it is repeated. */
export const decoded = <A>(schema: Schema.ConstraintDecoder<A>, value: unknown): Effect.Effect<A, OpwatchError> =>
  Effect.catch(Schema.decodeUnknownEffect(schema, { onExcessProperty: "error" })(value), ({ message }) =>
    bad(message.split("\n").join(" "))
  )

/** Throws where the key would go over a network in the clear, or cannot be one. */
export const key = (text: string, { hostname, protocol }: URL, insecure: boolean): Redacted.Redacted<string> => {
  if (!/^[\x21-\x7e]+$/.test(text)) throw new TypeError("the API key has a character that no key has")
  if (protocol !== "https:" && !insecure && !isLoopback(hostname)) {
    throw new TypeError(`the API key would go to ${hostname} in the clear: use https, or allow it with insecure: true`)
  }
  return Redacted.make(text)
}
