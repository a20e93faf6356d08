/**
 * How long operations took, as the text of a file: a history for each kind of each source. Of a single operation nothing is in it.
 * Sources of the same name at other URLs are others.
 */
import * as Durations from "@opwatch/core/Durations"
import * as DurationHistoryText from "@opwatch/core/DurationHistoryText"
import { present } from "@opwatch/core/FieldReader"
import type { Lifetime } from "@opwatch/core/Lifetime"
import type { Provider } from "@opwatch/core/Provider"
import { SourceName } from "@opwatch/core/Reference"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const Kept = Schema.Struct({
  source: SourceName,
  url: Schema.String,
  kind: Schema.optionalKey(Schema.String),
  history: Schema.String
})
/** What is kept of one kind. */
export type Kept = typeof Kept.Type

const Text = Schema.fromJsonString(Schema.Struct({ version: Schema.Literal(1), kinds: Schema.Array(Kept) }))

const encodeText = Schema.encodeSync(Text)

export const encode = (kinds: ReadonlyArray<Kept>): string => `${encodeText({ version: 1, kinds })}\n`

/** None of what `encode` did not write. */
export const decode = (text: string): Option.Option<ReadonlyArray<Kept>> =>
  Option.map(decodeText(text), ({ kinds }) => kinds)

const decodeText = Schema.decodeUnknownOption(Text)

/** Which sources are meant, and where they are. */
export type Places = ReadonlyArray<Pick<Provider, "source" | "urls">>

/** What is kept of these sources. */
export const durationsOf = (kept: ReadonlyArray<Kept>, places: Places): Durations.Durations => {
  const durations = Durations.make()
  const urls = urlsOf(places)
  for (const { history, kind, source, url } of kept) {
    if (urls.get(source) !== url) continue
    Option.map(DurationHistoryText.decode(history), (known) => durations.put({ source, kind }, known))
  }
  return durations
}

/** With what these lifetimes teach. The kinds met last come first, and of too many the last ones go. */
export const learn = (
  kept: ReadonlyArray<Kept>,
  lifetimes: ReadonlyArray<Lifetime>,
  places: Places
): ReadonlyArray<Kept> => {
  const durations = durationsOf(kept, places)
  const urls = urlsOf(places)
  const met = new Map<string, Kept>()
  for (const lifetime of lifetimes) durations.learn(lifetime)
  for (const { kind, source } of lifetimes) {
    const url = urls.get(source)
    if (url === undefined || (kind ?? "").length > longestKind) continue
    const entry = { source, url, ...present({ kind }), history: "" }
    met.set(keyOf(entry), entry)
  }
  return [
    ...Array.from(met.values(), (entry) => ({
      ...entry,
      history: DurationHistoryText.encode(durations.history(entry))
    })),
    ...kept.filter((entry) => !met.has(keyOf(entry)))
  ].slice(0, mostKinds)
}

const urlsOf = (places: Places) => new Map(places.map(({ source, urls: [url] }) => [source, url]))

const keyOf = ({ kind = "", source, url }: Kept): string => `${source} ${url} ${kind}`

/** With these the file stays under half a megabyte, and under ten kilobytes for most. */
const mostKinds = 500
const longestKind = 200
