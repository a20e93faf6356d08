/** Servers of one cluster as processes, on a new database of Postgres and the providers that the emulator plays. */
import { PostgresServer } from "@opwatch/store/test/PostgresServer"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import { freePort } from "../Loopback.ts"
import { listening, run } from "../Process.ts"
import * as Providers from "../Providers.ts"

export interface Options {
  /** A port of this machine by which it reaches the database, as through a proxy; else the database's own. */
  readonly databasePort?: number | undefined
  /** Its address in the cluster; else a free one. */
  readonly clusterPort?: number | undefined
  readonly environment?: Readonly<Record<string, string>> | undefined
}

export type Node = Effect.Success<ReturnType<typeof listening>>

/** `lease` in seconds, at least 3; `server` is more of that section of their configuration. All end with the scope. */
export const make = Effect.fnUntraced(function* (lease = 3, server: object = {}) {
  const url = Redacted.value(yield* (yield* PostgresServer).database)
  const configuration = yield* Providers.configured(server)

  const environment = Effect.fnUntraced(function* (options: Options) {
    const { databasePort, clusterPort = yield* freePort } = options
    const reached = new URL(url)
    if (databasePort !== undefined) reached.port = String(databasePort)
    return {
      OPWATCH_CONFIG: configuration,
      OPWATCH_DATABASE_URL: reached.href,
      OPWATCH_CLUSTER_HOST: "127.0.0.1",
      OPWATCH_CLUSTER_PORT: String(clusterPort),
      OPWATCH_CLUSTER_LEASE: `${lease}s`,
      ...options.environment
    }
  })
  return {
    database: url.href,
    /** Once it listens. */
    start: (options: Options = {}) => Effect.flatMap(environment(options), listening),
    /** Whatever comes of it. */
    run: (options: Options = {}) =>
      Effect.flatMap(environment(options), (variables) => run({ OPWATCH_PORT: "0", ...variables })),
    /** A server on the same database that is in no cluster. */
    alone: Effect.suspend(() => listening({ OPWATCH_CONFIG: configuration, OPWATCH_DATABASE_URL: url.href }))
  }
})

export const ask = (url: string, init?: RequestInit) => Effect.promise(async () => (await fetch(url, init)).text())

export const track = (url: string, refs: ReadonlyArray<string>) =>
  ask(`${url}/v1/operations/batch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ operations: refs.map((ref) => ({ ref })) })
  })

/** The state of each operation as the server tells it. */
export const states = Effect.fnUntraced(function* (url: string) {
  const page: { readonly operations: ReadonlyArray<{ readonly ref: string; readonly state: string }> } = JSON.parse(
    yield* ask(`${url}/v1/operations`)
  )
  return Object.fromEntries(page.operations.map(({ ref, state }) => [ref, state]))
})

/** The sum of a metric of this server over its labels. */
export const metric = Effect.fnUntraced(function* (url: string, name: string) {
  const counts = (yield* ask(`${url}/metrics`)).matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\d+)$`, "gm"))
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
})

/** How many operations this server polls. */
export const polled = (url: string) => metric(url, "opwatch_operations")

/** For a minute at most. */
export const eventually = <A, E, R>(effect: Effect.Effect<A, E, R>, holds: (value: A) => boolean) =>
  effect.pipe(
    Effect.repeat({ until: holds, schedule: Schedule.spaced("50 millis") }),
    Effect.timeout("1 minute"),
    Effect.orDie
  )
