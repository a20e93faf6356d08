/** Points in time as flags take them: a time, or how long ago it was. */
import * as DurationText from "@opwatch/core/DurationText"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"

export type Moment = Data.TaggedEnum<{
  At: { readonly time: Timestamp.Timestamp }
  Ago: { readonly duration: Duration.Duration }
}>
export const { $match, Ago, At } = Data.taggedEnum<Moment>()

/** What `parse` reads, for messages. */
export const form = "a time such as 2024-05-06T07:08:09Z, or how long ago: 90s, 2h, 7d"

export const parse = (text: string): Option.Option<Moment> =>
  Option.orElse(
    Option.map(Timestamp.fromRfc3339(text), (time) => At({ time })),
    () => Option.map(DurationText.parse(text), (duration) => Ago({ duration }))
  )

/** The first moment of the year 1; there is no timestamp before. */
const earliest = Date.parse("0001-01-01T00:00:00Z")

/** The time meant, at `now` (milliseconds since 1970). */
export const resolve = (moment: Moment, now: number): Timestamp.Timestamp =>
  $match(moment, {
    At: ({ time }) => time,
    Ago: ({ duration }) => Timestamp.fromMillis(Math.max(earliest, now - Duration.toMillis(duration)))
  })
