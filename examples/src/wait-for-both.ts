/**
 * Waits for two operations at once, one of each provider, with every failure typed. Without arguments it takes two that
 * the emulator has built in; from the root of a clone:
 *
 *     npm run -s opwatch -- emulate -- node examples/src/wait-for-both.ts
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reference from "@opwatch/core/Reference"
import { locations, providerOf, Sources } from "@opwatch/core/Sources"
import * as Watch from "@opwatch/core/Watch"
import * as ConfiguredSources from "@opwatch/sources/ConfiguredSources"
import * as NodeTransport from "@opwatch/sources/NodeTransport"

const [toloka = "toloka/57068577e4b0bf7b07a0256f", cloud = "cloud/fhmdone0emulator0001"] = process.argv.slice(2)

const waitFor = Effect.fn("waitFor")(function* (text: string) {
  const sources = yield* Sources
  const reference = yield* Effect.fromResult(Reference.parse(text, { locations: locations(sources) }))
  const provider = yield* providerOf(sources, reference)
  const events = Watch.wait(provider, reference.id, { timeout: Duration.minutes(10) })
  const { error, state } = yield* Watch.result(events)
  return `${text}: ${state}${error === undefined ? "" : `, ${error.code}: ${error.message}`}`
})

/** An operation that failed is a value; only what went wrong with asking for it is an error, and each kind has a tag. */
const report = (text: string) =>
  waitFor(text).pipe(
    Effect.catchTags({
      InvalidReference: ({ message }) => Effect.succeed(message),
      UnknownSource: ({ message }) => Effect.succeed(message),
      WaitTimedOut: ({ last, message }) => Effect.succeed(`${message}; last seen ${last?.state ?? "never"}`)
    }),
    Effect.catchReasons(
      "ProviderError",
      {
        OperationNotFound: () => Effect.succeed(`${text}: there is no such operation`),
        Unauthenticated: (_, { hint }) => Effect.succeed(`${text}: not recognised; ${hint ?? "check the credential"}`)
      },
      (_, { message }) => Effect.succeed(`${text}: ${message}`)
    ),
    Effect.flatMap(Console.log)
  )

Effect.all([report(toloka), report(cloud)], { concurrency: "unbounded", discard: true }).pipe(
  Effect.provide(
    ConfiguredSources.layer({ config: undefined, environment: process.env }).pipe(
      Layer.provide([NodeTransport.layer(process.env), NodeServices.layer])
    )
  ),
  NodeRuntime.runMain
)
