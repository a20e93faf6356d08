/** What the server makes of the environment that it is given where it is deployed. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ClusterPlace from "../../src/ClusterPlace.ts"
import * as DatabasePlace from "../../src/DatabasePlace.ts"
import * as Log from "../../src/Log.ts"
import * as MetricsPlace from "../../src/MetricsPlace.ts"
import * as ServerConfig from "../../src/ServerConfig.ts"
import * as Recorded from "./Recorded.ts"

export type Environment = Readonly<Record<string, string>>

/** Fails where it refuses a value, and where it never looks at an `OPWATCH_*`. */
export const of = Effect.fnUntraced(
  function* (given: Environment) {
    const { unread, value: environment } = Recorded.make(given)
    const section = yield* ServerConfig.section(environment)
    const database = DatabasePlace.fromEnvironment(environment)
    const address = yield* ServerConfig.fromEnvironment(environment)
    const metrics = yield* MetricsPlace.fromEnvironment(environment, section)
    const cluster = yield* ClusterPlace.fromEnvironment(environment, section, database)
    yield* Layer.build(Log.layer(environment))
    assert.deepStrictEqual(
      unread().filter((name) => name.startsWith("OPWATCH_")),
      []
    )
    return { address, metrics, cluster: cluster?.settings }
  },
  Effect.scoped,
  Effect.provide(NodeServices.layer)
)
