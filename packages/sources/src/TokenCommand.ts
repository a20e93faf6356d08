/**
 * A command that prints a token, such as `yc iam create-token`. It runs without a shell. Its output is the token alone, or
 * JSON that has it with the time when it ends.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as ChildProcess from "effect/process/ChildProcess"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Json } from "effect/Schema"
import { isObject } from "@opwatch/core/FieldReader"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { SourceName } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as JsonText from "@opwatch/rest/JsonText"
import type { IssuedToken, Issuer } from "@opwatch/rest/Token"
import { asToken, misconfigured } from "./Secret.ts"

export type Command = readonly [string, ...ReadonlyArray<string>]

/** A token that does not say when it ends is asked for again after this. */
const assumedLifetime = Duration.hours(1)

/** A command that asks a question would wait for ever. */
const patience = Duration.seconds(30)

export const issuer = (source: SourceName, command: Command, spawner: ChildProcessSpawner["Service"]): Issuer => {
  const [name, ...args] = command
  const failed = (problem: string) => misconfigured(source, `tokenCommand ${name} ${problem}`)
  const child = ChildProcess.make(name, args, { stdin: "ignore", stderr: "ignore", forceKillAfter: "1 second" })
  const run = Effect.gen(function* () {
    const process = yield* Effect.mapError(spawner.spawn(child), () => failed("cannot be run"))
    const output = process.stdout.pipe(Stream.decodeText, Stream.mkString)
    return yield* Effect.mapError(Effect.all({ output, exitCode: process.exitCode }), () => failed("was killed"))
  }).pipe(
    Effect.scoped,
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () => Effect.fail(failed(`printed no token within ${Duration.toSeconds(patience)} seconds`))
    })
  )
  return Effect.gen(function* (): Effect.fn.Return<IssuedToken, ProviderError> {
    const { exitCode, output } = yield* run
    if (exitCode !== 0) return yield* failed(`ended with exit code ${exitCode}`)
    const now = yield* Clock.currentTimeMillis
    const { expiresAt = now + Duration.toMillis(assumedLifetime), token } = read(output)
    if (token === "") return yield* failed("printed no token")
    return { token: yield* asToken(source, `the output of ${name}`, Effect.succeed(Redacted.make(token))), expiresAt }
  })
}

/** Field names as the vendor's tools write them, in either case. */
const read = (output: string): { readonly token: string; readonly expiresAt?: number } => {
  const parsed: Json | undefined = Option.getOrUndefined(Result.getSuccess(JsonText.parse(output)))
  if (!isObject(parsed)) return { token: output.trim() }
  const text = (...names: ReadonlyArray<string>) =>
    names.map((name) => parsed[name]).find((value) => typeof value === "string") ?? ""
  const end = Timestamp.fromRfc3339(text("expires_at", "expiresAt"))
  const token = text("iam_token", "iamToken", "access_token", "token")
  return Option.isNone(end) ? { token } : { token, expiresAt: Timestamp.toMillis(end.value) }
}
