/** What a command was asked for. Every reference is read and its source known before any request is made. */
import * as Reference from "@opwatch/core/Reference"
import type { Provider } from "@opwatch/core/Provider"
import { locations, providerOf } from "@opwatch/core/Sources"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Format } from "./Output.ts"
import * as Failure from "./failure/Failure.ts"
import { OpenSources } from "./OpenSources.ts"
import * as Remark from "./Remark.ts"
import type { Beginning } from "./waiting/RideOut.ts"
import * as SourcesPlace from "./SourcesPlace.ts"
import * as StandardInput from "./StandardInput.ts"
import { StandardStreams } from "./StandardStreams.ts"

/** One operation to ask for. */
export interface Target {
  readonly ref: string
  readonly reference: Reference.Reference
  readonly provider: Provider
}

export interface Asked {
  /** Each operation once. */
  readonly targets: ReadonlyArray<Target>
  /** The references in the order asked, repeated ones too. */
  readonly refs: ReadonlyArray<string>
  /** Whether the answer is a list even if it holds but one. */
  readonly several: boolean
  readonly format: Format
  /** How long it took to find out, in whole seconds: for a wait that counts as waiting. */
  readonly spent: Duration.Duration
}

export interface Input extends SourcesPlace.Flags {
  readonly refs: ReadonlyArray<string>
  readonly source: Option.Option<string>
  readonly output: Option.Option<Format>
  readonly json: boolean
}

export const open = Effect.fnUntraced(function* (input: Input, beginning?: WaitBeginning) {
  const began = yield* Clock.currentTimeMillis
  const format = yield* formatOf(input)
  const sources = yield* sourcesOf(input, beginning)
  const spent = wholeSeconds((yield* Clock.currentTimeMillis) - began)
  const source = yield* sourceOf(input.source)
  if (source !== undefined) yield* providerOf(sources, { source })
  const options = { locations: locations(sources), source }
  const targets = new Map<string, Target>()
  const refs: Array<string> = []
  for (const item of yield* itemsOf(input.refs)) {
    const reference = yield* Effect.fromResult(referenceOf(item, options))
    const ref = Reference.format(reference)
    refs.push(ref)
    targets.set(ref, { ref, reference, provider: yield* providerOf(sources, reference) })
  }
  return { targets: [...targets.values()], refs, several: isSeveral(input), format, spent } satisfies Asked
})

export const isSeveral = ({ refs }: Pick<Input, "refs">): boolean => refs.length > 1 || refs.includes("-")

/** An object without a reference goes to the named source, else to the one of its shape. */
export const referenceOf = (item: StandardInput.Item, options: Reference.ParseOptions) =>
  item._tag === "Text"
    ? Reference.parse(item.text, options)
    : Reference.parse(item.id, { ...options, source: options.source ?? Reference.SourceName.make(item.shape) })

/** Cut off, so that what took no time worth mentioning is not mentioned. */
export const wholeSeconds = (millis: number): Duration.Duration => Duration.seconds(Math.floor(millis / 1000))

/** The wait that begins. */
export type WaitBeginning = Pick<Beginning, "timeout" | "giveUpAfter" | "again">

/** The sources that a command works on. A wait does not fail at once where a server does not answer. */
export const sourcesOf = Effect.fnUntraced(function* (
  input: SourcesPlace.Flags & Pick<Input, "json" | "output">,
  beginning?: WaitBeginning
) {
  const place = yield* SourcesPlace.of(input)
  const opened = (yield* OpenSources)(place)
  if (beginning === undefined || place._tag === "Configured") return yield* opened
  const answered = Effect.flatMap(Effect.result(opened), (result) =>
    Result.isFailure(result) && result.failure._tag === "ProviderError"
      ? Effect.fail(result.failure)
      : Effect.succeed(result)
  )
  const { rideOut } = yield* Effect.promise(() => import("./waiting/RideOut.ts"))
  const format = yield* formatOf(input)
  const unknown = "the opwatch server has not answered"
  return yield* Effect.fromResult(yield* rideOut(answered, { ...beginning, format, subject: "opwatch", unknown }))
})

export const formatOf = ({ json, output }: Pick<Input, "json" | "output">): Effect.Effect<Format, Failure.Failure> => {
  const named = Option.getOrUndefined(output)
  return json && named !== undefined && named !== "json"
    ? Effect.fail(
        Failure.usage("InvalidValue", `--json and --output ${named} contradict each other`, "give one of them")
      )
    : Effect.succeed(json ? "json" : (named ?? "text"))
}

const isSourceName = Schema.is(Reference.SourceName)

/** The flag, else the environment; an empty variable counts as not set. */
export const sourceOf = Effect.fnUntraced(function* (flag: Option.Option<string>) {
  const variable = yield* Effect.orDie(Config.option(Config.String("OPWATCH_SOURCE")))
  const [name, place] = Option.isSome(flag)
    ? [flag.value, "--source"]
    : [Option.getOrElse(variable, () => ""), "OPWATCH_SOURCE"]
  if (Option.isNone(flag) && name === "") return undefined
  return yield* sourceNamed(name, place)
})

/** The name of a source as it was given; `place` says where, for the message. */
export const sourceNamed = (name: string, place: string): Effect.Effect<Reference.SourceName, Failure.Failure> =>
  isSourceName(name)
    ? Effect.succeed(name)
    : Effect.fail(
        Failure.usage(
          "InvalidValue",
          `${place} is "${name}", which is no name of a source: those are lower-case letters, digits and dashes`
        )
      )

/** Standard input can be read once; a second `-` adds nothing. */
export const itemsOf = Effect.fnUntraced(function* (refs: ReadonlyArray<string>) {
  const items: Array<StandardInput.Item> = []
  for (const [index, text] of refs.entries()) {
    if (text !== "-") items.push(StandardInput.Text({ text }))
    else if (refs.indexOf("-") === index) for (const item of yield* readInput) items.push(item)
  }
  return items
})

const readInput = Effect.gen(function* () {
  const { isTyped, read } = yield* StandardStreams
  if (yield* isTyped) yield* Remark.say("reading references, one a line; Ctrl-D ends them (on Windows Ctrl-Z)")
  const input = yield* read
  return yield* Effect.fromResult(yield* Effect.promise(() => StandardInput.parse(input)))
}).pipe(Effect.mapError(({ _tag, message }) => Failure.usage(_tag, message, inputHint)))

const inputHint = "it takes references, and operations as JSON, NDJSON or YAML"
