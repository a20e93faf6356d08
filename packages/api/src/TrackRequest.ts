/** What is said of an operation when it is tracked. */
import * as DurationText from "@opwatch/core/DurationText"
import * as Timestamp from "@opwatch/core/Timestamp"
import { Labels } from "@opwatch/core/Tracking"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

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

export const Webhook = Schema.Struct({
  url: Schema.String,
  /** `whsec_` and 24 to 64 bytes in base64. */
  secret: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "Webhook" })

const fields = {
  labels: Schema.optionalKey(Labels),
  deadline: Schema.optionalKey(
    Schema.String.check(
      Schema.makeFilter((text) => Option.isSome(deadlineAt(text, 0)), { expected: deadlineForm })
    ).annotate({ description: deadlineForm })
  ),
  webhook: Schema.optionalKey(Webhook)
}

export const TrackRequest = Schema.Struct(fields).annotate({ identifier: "TrackRequest" })
export type TrackRequest = typeof TrackRequest.Type

/** With the operation's reference: `<source>/<id>`, or its whole URL on a source's host. */
export const BatchItem = Schema.Struct({ ref: Schema.String, ...fields }).annotate({ identifier: "BatchItem" })
export type BatchItem = typeof BatchItem.Type
