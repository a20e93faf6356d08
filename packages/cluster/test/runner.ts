/** A runner as a process: says what it owns, a line of JSON at every change, also while it stops. It ends with its input. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Ownership } from "@opwatch/tracker/Ownership"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import * as ClusterOwnership from "../src/ClusterOwnership.ts"
import * as ClusterSettings from "../src/ClusterSettings.ts"
import * as SocketRunners from "../src/SocketRunners.ts"
import * as KubernetesApi from "./KubernetesApi.ts"

const [url = ""] = process.argv.slice(2)

process.stdin.resume().once("end", () => process.exit())

/** On standard error, where something is wrong. */
const logging = Layer.merge(
  Logger.layer([Logger.withConsoleError(Logger.formatLogFmt)]),
  Layer.succeed(References.MinimumLogLevel, "Warn")
)

/** And lets go of what is not owned any more. */
const say = (release: (partition: number) => void) => {
  let before: ReadonlySet<number> = new Set()
  return (owned: ReadonlySet<number>) =>
    Effect.sync(() => {
      const at = performance.timeOrigin + performance.now()
      process.stdout.write(`${JSON.stringify({ at, owned: [...owned] })}\n`)
      for (const partition of before.difference(owned)) release(partition)
      before = owned
    })
}

Effect.gen(function* () {
  const settings = yield* Effect.fromResult(ClusterSettings.read(undefined, process.env))
  if (settings === undefined) return
  const kubernetes = process.env["KUBERNETES_API"]
  const runners = SocketRunners.layer(
    settings,
    Redacted.make(new URL(url)),
    kubernetes === undefined ? undefined : KubernetesApi.client(kubernetes)
  )
  const { membership, ownership } = yield* ClusterOwnership.make(runners)
  const { partitions, release } = yield* Effect.provide(Ownership, ownership)
  yield* Effect.forkScoped(Stream.runForEach(partitions, say(release)))
  return yield* Layer.launch(membership)
}).pipe(Effect.scoped, Effect.provide(logging), NodeRuntime.runMain)
