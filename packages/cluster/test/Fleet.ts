/** Runners as processes on one new database. They end with their scope at the latest. */
import { PostgresServer } from "@opwatch/store/test/PostgresServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as ChildProcess from "node:child_process"
import * as Net from "node:net"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { type Owner, ownedBy, type Report } from "./Owner.ts"

export interface Runner extends Owner {
  readonly signal: (name: NodeJS.Signals) => Effect.Effect<void>
  /** Holds the process up, which then counts as one that owns nothing: it can do nothing with it. */
  readonly freeze: Effect.Effect<void>
  readonly thaw: Effect.Effect<void>
}

export interface Options {
  /** By which the runner reaches the database, as through a proxy; else the database's own. */
  readonly databasePort?: number
  readonly environment?: Readonly<Record<string, string>>
}

export class Fleet extends Context.Service<
  Fleet,
  {
    readonly start: (options?: Options) => Effect.Effect<Runner>
    /** When, by what the runners say, the condition has come to hold. */
    readonly until: (condition: () => boolean) => Effect.Effect<number>
  }
>()("@opwatch/cluster/test/Fleet") {
  static readonly layer = Layer.effect(
    Fleet,
    Effect.suspend(() => make)
  )
}

/** As configured, in milliseconds. */
export const lease = 6_000

export const now = (): number => performance.timeOrigin + performance.now()

const script = fileURLToPath(new URL("runner.ts", import.meta.url))

/** With variables by which other programs are told of ports, too: they must not matter. */
const spawn = (url: string, port: number, environment: Options["environment"]) =>
  ChildProcess.spawn(process.execPath, [script, url], {
    env: {
      ...process.env,
      HOST: "unrelated.invalid",
      PORT: "unrelated",
      OPWATCH_CLUSTER_HOST: "127.0.0.1",
      OPWATCH_CLUSTER_PORT: String(port),
      OPWATCH_CLUSTER_LEASE: `${lease}ms`,
      ...environment
    },
    stdio: ["pipe", "pipe", "inherit"]
  })

const make = Effect.gen(function* () {
  const url = yield* (yield* PostgresServer).database
  const scope = yield* Effect.scope
  const looks = new Set<(at: number) => void>()

  const start = Effect.fnUntraced(function* ({ databasePort, environment }: Options = {}) {
    const port = yield* freePort
    const reached = new URL(Redacted.value(url))
    if (databasePort !== undefined) reached.port = String(databasePort)
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => spawn(reached.href, port, environment)),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    const reports: Array<Report> = []
    const report = (at: number, owned: Iterable<number>) => {
      reports.push({ at, owned: new Set(owned) })
      for (const look of looks) look(at)
    }
    createInterface(child.stdout).on("line", (line) => {
      const isWhole = line.endsWith("}")
      if (!isWhole) return
      const { at, owned } = decode(line)
      report(at, owned)
    })
    child.once("close", () => report(now(), []))
    const signal = (name: NodeJS.Signals) => Effect.sync(() => void child.kill(name))
    let frozen: Iterable<number> = []
    return {
      reports,
      signal,
      freeze: Effect.gen(function* () {
        frozen = ownedBy({ reports })
        yield* signal("SIGSTOP")
        report(now(), [])
      }),
      thaw: Effect.suspend(() => {
        report(now(), frozen)
        return signal("SIGCONT")
      })
    } satisfies Runner
  })

  return {
    start: (options) => Effect.provideService(start(options), Scope.Scope, scope),
    until: (condition) =>
      Effect.callback<number>((resume) => {
        const look = (at: number) => {
          if (!condition()) return
          looks.delete(look)
          resume(Effect.succeed(at))
        }
        looks.add(look)
        look(now())
        return Effect.sync(() => looks.delete(look))
      }).pipe(Effect.timeout("20 seconds"), Effect.orDie)
  } satisfies Fleet["Service"]
})

const decode = Schema.decodeSync(
  Schema.fromJsonString(Schema.Struct({ at: Schema.Number, owned: Schema.Array(Schema.Number) }))
)

const freePort = Effect.callback<number>((resume) => {
  const server = Net.createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})
