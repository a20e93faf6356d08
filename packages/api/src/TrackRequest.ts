/** What is said of an operation when it is tracked. */
import * as DurationText from "@opwatch/core/DurationText"
import * as Timestamp from "@opwatch/core/Timestamp"
import { Labels } from "@opwatch/core/Tracking"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { time } from "./Parameters.ts"
import { Webhook } from "./Webhook.ts"

/** No time later than this can be written in RFC 3339. */
const latest = Date.UTC(9999, 11, 31)

/** The moment that a deadline means to whoever gives it now; none if it is not of its form. */
export const deadlineAt = (text: string, nowMillis: number): Option.Option<Timestamp.Timestamp> =>
  Option.orElse(Timestamp.fromRfc3339(text), () =>
    DurationText.parse(text).pipe(
      Option.map((duration) => nowMillis + Duration.toMillis(duration)),
      Option.filter((millis) => millis <= latest),
      Option.map(Timestamp.fromMillis)
    )
  )

const deadlineForm = `a time such as 2024-05-06T07:08:09+03:00, or ${DurationText.form}, from now`

const deadlinePattern = `^${time}$|${DurationText.pattern.source}`

const fieldsWith = <W extends Schema.Constraint>(webhook: W) => ({
  labels: Schema.optionalKey(Labels),
  deadline: Schema.optionalKey(
    Schema.String.check(
      Schema.makeFilter((text) => Option.isSome(deadlineAt(text, 0)), {
        expected: deadlineForm,
        toJsonSchema: () => [{ description: deadlineForm, pattern: deadlinePattern }, true]
      })
    )
  ),
  webhook: Schema.optionalKey(webhook)
})

export const TrackRequest = Schema.Struct(fieldsWith(Webhook)).annotate({ identifier: "TrackRequest" })
export type TrackRequest = typeof TrackRequest.Type

/** With the operation's reference: `<source>/<id>`, or its whole URL on a source's host. */
export const BatchItem = Schema.Struct({ ref: Schema.String, ...fieldsWith(Webhook) })
export type BatchItem = typeof BatchItem.Type

/** As it comes, a secret as text: it is read as a `BatchItem` by itself. */
export const SentBatchItem = Schema.Struct({ ref: Schema.String, ...fieldsWith(Schema.toEncoded(Webhook)) }).annotate({
  identifier: "BatchItem"
})
