/** `opwatch keys`: the API keys of a server. A key itself is printed once, when it is made, and kept nowhere. */
import * as KeyFile from "@opwatch/access/KeyFile"
import * as KeyIssue from "@opwatch/access/KeyIssue"
import * as KeyPlace from "@opwatch/access/KeyPlace"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Command from "effect/cli/Command"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Asked from "../Asked.ts"
import * as Failure from "../failure/Failure.ts"
import * as KeyFileFailure from "../failure/KeyFileFailure.ts"
import * as KeyFlags from "../flags/KeyFlags.ts"
import * as KeysText from "../text/KeysText.ts"
import * as Output from "../Output.ts"
import { ProcessEnvironment } from "../ProcessEnvironment.ts"
import * as Remark from "../Remark.ts"
import { StandardStreams } from "../StandardStreams.ts"

const create = Command.make("create", KeyFlags.creating, (input) =>
  Effect.gen(function* () {
    const { name, rotate } = input
    const format = yield* Asked.formatOf(input)
    const path = yield* placeOf(input.file)
    const scopes = yield* KeyFlags.scopesOf(input.scope)
    const sources = yield* KeyFlags.sourcesOf(input.source)
    const now = yield* Clock.currentTimeMillis
    const wish = {
      name,
      rotate,
      scopes,
      sources,
      maxTracked: Option.getOrUndefined(input.maxTracked),
      expiresAt: Option.getOrUndefined(
        Option.map(input.expires, (duration) => Timestamp.fromMillis(now + Duration.toMillis(duration)))
      )
    }
    const { key, secret } = yield* KeyFile.change(path, (keys) =>
      Effect.mapError(Effect.fromResult(KeyIssue.issue(keys, wish, Timestamp.fromMillis(now))), problemOf(name, path))
    ).pipe(Effect.catchTag("KeyFileError", (error) => Effect.fail(KeyFileFailure.of(error))))
    const { write } = yield* StandardStreams
    const text = Redacted.value(secret)
    yield* format === "text"
      ? write(`${text}\n`)
      : Effect.flatMap(Output.whole(format, { ...KeysText.toJson(key, now), key: text, file: path }), write)
    yield* Remark.say(
      [
        `the key ${name} is on standard output, this once: ${path} has only its hash`,
        "clients send it as `Authorization: Bearer <key>`, opwatch itself where OPWATCH_API_KEY is set to it",
        `${yield* servedBy(path)} takes it up within two seconds${rotate ? ", and the one before counts no more" : ""}`
      ].join("\n")
    )
  }).pipe(Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Make a key and print it, alone, on standard output. It is shown this once: the key file keeps its hash, and what the key may do. A running server takes it up by itself."
  ),
  Command.withShortDescription("Make a key"),
  Command.withExamples([
    { command: "KEY=$(opwatch keys create ci --scope read,track)", description: "A key to read and track with" },
    {
      command: "opwatch keys create report --scope read --source toloka --expires 90d",
      description: "One that sees a single source, for three months"
    },
    { command: "opwatch keys create ci --rotate", description: "Another key in its place, good for the same" }
  ])
)

const list = Command.make("list", KeyFlags.common, (input) =>
  Effect.gen(function* () {
    const format = yield* Asked.formatOf(input)
    const path = yield* placeOf(input.file)
    const keys = yield* Effect.catchTag(KeyFile.read(path), "KeyFileError", (error) =>
      error.missing === true ? Effect.succeed([]) : Effect.fail(KeyFileFailure.of(error))
    )
    const now = yield* Clock.currentTimeMillis
    const { output, write } = yield* StandardStreams
    if (format === "ndjson") {
      for (const key of keys) yield* write(Output.ndjson(KeysText.toJson(key, now)))
    } else if (format === "text") {
      yield* write(KeysText.render(keys, now, yield* output))
    } else {
      const shown = keys.map((key) => KeysText.toJson(key, now))
      yield* Effect.flatMap(Output.whole(format, shown), write)
    }
    if (keys.length === 0) yield* Remark.say(`there are no keys in ${path}; \`opwatch keys create\` makes one`)
  }).pipe(Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Show the keys there are: what each may do, when it was made and when it expires; never the keys themselves."
  ),
  Command.withShortDescription("Show the keys there are"),
  Command.withExamples([
    { command: "opwatch keys list", description: "All of them" },
    {
      command: "opwatch keys list --json | jq -r '.[] | select(.expired) | .name'",
      description: "Those that have expired"
    }
  ])
)

const revoke = Command.make("revoke", { name: KeyFlags.name, ...KeyFlags.common }, (input) =>
  Effect.gen(function* () {
    const { name } = input
    const format = yield* Asked.formatOf(input)
    const path = yield* placeOf(input.file)
    yield* KeyFile.change(path, (keys) =>
      Effect.mapBoth(Effect.fromResult(KeyIssue.revoke(keys, name)), {
        onFailure: problemOf(name, path),
        onSuccess: (left) => [left, undefined] as const
      })
    ).pipe(Effect.catchTag("KeyFileError", (error) => Effect.fail(KeyFileFailure.of(error))))
    const { write } = yield* StandardStreams
    if (format !== "text") yield* Effect.flatMap(Output.whole(format, { name, revoked: true, file: path }), write)
    yield* Remark.say(`the key ${name} is revoked; ${yield* servedBy(path)} takes that up within two seconds`)
  }).pipe(Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Take a key away: a running server refuses it within two seconds, and ends its streams and waits. What was tracked with it stays tracked."
  ),
  Command.withShortDescription("Take a key away"),
  Command.withExamples([{ command: "opwatch keys revoke ci", description: "The key ci counts no more" }])
)

export const keys = Command.make("keys").pipe(
  Command.withDescription(
    "Make, show and revoke the API keys of a server. With a key file a server may listen on more than this machine, answers those with a key alone, and keeps what each of them tracks apart."
  ),
  Command.withShortDescription("Make and revoke the API keys of a server"),
  Command.withExamples([
    { command: "KEY=$(opwatch keys create ci --scope read,track)", description: "Make one" },
    { command: "opwatch keys list", description: "Show what there is" },
    { command: "opwatch keys revoke ci", description: "Take it away" }
  ]),
  Command.withSubcommands([create, list, revoke])
)

const placeOf = Effect.fnUntraced(function* (flag: Option.Option<string>) {
  const path = Option.getOrElse(flag, () => "") || KeyPlace.ofUser(yield* ProcessEnvironment)
  if (path !== undefined) return path
  const hint = `give it with --file, or set ${KeyPlace.variable}`
  return yield* Failure.usage("KeyFileError", "there is no place for a key file", hint)
})

/** The server that reads this file, by the environment of this process. */
const servedBy = Effect.fnUntraced(function* (path: string) {
  return KeyPlace.ofUser(yield* ProcessEnvironment) === path
    ? "`opwatch serve`"
    : `a server with ${KeyPlace.variable}=${path}`
})

const problemOf =
  (name: string, path: string) =>
  (problem: KeyIssue.Problem): Failure.Failure => {
    switch (problem) {
      case "name-taken":
        return Failure.usage(
          "KeyExists",
          `there is a key ${name} already`,
          "--rotate replaces it; or choose another name"
        )
      case "no-such-key":
        return Failure.usage(
          "UnknownKey",
          `there is no key ${name} in ${path}`,
          "`opwatch keys list` shows those there are"
        )
      case "no-scopes":
        return Failure.usage("MissingOption", "opwatch keys create needs --scope", "as in --scope read,track")
    }
  }
