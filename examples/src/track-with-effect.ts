/**
 * Lets an opwatch server keep watch over a group of operations, with every problem typed, and says how they ended. The arguments
 * are references; from the root of a clone, with `npm run -s opwatch -- serve` running:
 *
 *     OPWATCH_SERVER=http://127.0.0.1:4080 node examples/src/track-with-effect.ts cloud/fhm3abc cloud/fhm4def
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as OpwatchClient from "@opwatch/api/OpwatchClient"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const refs = process.argv.slice(2)
const label = { job: `example-${process.pid}` }

const program = Effect.gen(function* () {
  const url = yield* Config.withDefault(Config.String("OPWATCH_SERVER"), "http://127.0.0.1:4080")
  const key = Option.getOrUndefined(yield* Config.option(Config.Redacted("OPWATCH_API_KEY")))
  const { operations, tracking } = yield* OpwatchClient.make(url, { key })

  // One that is refused does not stop the others: each has its own answer.
  const batch = refs.map((ref) => ({ ref, labels: label, deadline: "1h" }))
  const { results } = yield* tracking.batch({ payload: { operations: batch } })
  for (const { problem, ref } of results) {
    if (problem !== undefined) yield* Console.log(`${ref}: ${problem.detail}`)
  }

  const { failed, succeeded, total } = yield* tracking.summary({ query: { label, wait: Duration.minutes(10) } })
  yield* Console.log(`${total} tracked: ${succeeded} succeeded, ${failed} failed`)

  const page = yield* tracking.list({ query: { label } })
  yield* Effect.forEach(page.operations, ({ error, id, ref, source, state }) =>
    Effect.gen(function* () {
      const params = { source, id }
      yield* Console.log(`${ref}: ${state}${error === undefined ? "" : `, ${error.code}: ${error.message}`}`)
      if (state === "failed") {
        const { summary } = yield* operations.explanation({ params })
        yield* Console.log(summary)
      }
      yield* tracking.untrack({ params })
    })
  )
})

program.pipe(
  Effect.catchTags({
    Unauthenticated: () => Console.error("the server wants an API key: set OPWATCH_API_KEY"),
    ScopeMissing: ({ scope }) => Console.error(`the API key is not for ${scope}`),
    StoreUnavailable: ({ detail, retryAfterSeconds }) => Console.error(`${detail}; again in ${retryAfterSeconds} s`)
  }),
  Effect.provide(NodeHttpClient.layerUndici),
  NodeRuntime.runMain
)
