import { createServer, type RequestListener, type Server } from "node:http"
import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Process from "./Process.ts"
import * as RealRun from "./RealRun.ts"

const failedUpload = "toloka/57068577e4b0bf7b07a0256f"
const partialUpload = "toloka/5a3e6c0be4b0bf7b07a02570"
const quota = "cloud/fhmquota0emulator001"
const slow = { timeout: 60_000 }

/** `opwatch serve` on the emulator, which it is told of as users would; nothing of a server is for it. */
const serve = Effect.fnUntraced(function* (port = "0") {
  const environment = yield* Process.onEmulator
  const process = yield* Process.start(["serve", "--port", port], { ...environment, OPWATCH_SERVER: "nonsense" })
  yield* process.said("listening on ")
  const url = /http:\S+/.exec(process.printed.err)?.[0] ?? assert.fail("it does not say where it listens")
  return { process, url }
})

/** Some other server, which notes the credentials that it gets. */
const other = Effect.fnUntraced(function* (listener: RequestListener) {
  const authorizations: Array<string | undefined> = []
  const server = yield* Effect.acquireRelease(
    Effect.callback<Server>((resume) => {
      const server = createServer((request, response) => {
        authorizations.push(request.headers.authorization)
        listener(request, response)
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => void (server.closeAllConnections(), server.close()))
  )
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, authorizations }
})

/** What may differ: the times of observations, and the ids that each request has. */
const masked = (text: string): string =>
  text
    .replace(/("?observedAt"?: ?)"[^"]+"/g, '$1"TIME"')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "TIME")
    .replace(/("requestId": ?"|request id |trace id )[\w:-]+/g, "$1ID")

/** Of JSON the value: in which order an object has its fields does not matter. */
const dataOf = (text: string): unknown => (/^[[{]/.test(text) ? JSON.parse(masked(text)) : masked(text))

/** In any order: what is asked at the same time is answered in none. */
const linesOf = (text: string): ReadonlyArray<string> => masked(text).split("\n").toSorted()

const commands: ReadonlyArray<ReadonlyArray<string>> = [
  ["get", failedUpload],
  ["get", failedUpload, quota, "toloka/nosuch", "--json"],
  ["get", "toloka/nosuch"],
  ["get", "elsewhere/x"],
  ["get", "--source", "toloka", "57068577e4b0bf7b07a0256f", "--output", "yaml"],
  ["wait", failedUpload, quota, "cloud/nosuch", "--json"],
  ["wait", partialUpload, "--strict"],
  ["watch", failedUpload, "--output", "ndjson"],
  ["log", failedUpload, "--json"],
  ["log", quota],
  ["explain", failedUpload, partialUpload, quota],
  ["explain", quota, "--json"],
  ["list", "toloka", "--limit", "2", "--json"],
  ["list", "toloka", "--state", "failed", "--since", "2000-01-01T00:00:00Z"],
  ["list", "cloud", "--resource", "compute/instances/none"],
  ["list", "cloud"],
  ["list", "toloka", "--resource", "pools/1"],
  ["cancel", failedUpload],
  ["wait", "--source", "cloud", "--resource", "compute/instances/none"]
]

layer(Layer.merge(Emulator.layer(), NodeServices.layer), { excludeTestServices: true })("opwatch --server", (it) => {
  it.effect(
    "says what it says without a server",
    () =>
      Effect.gen(function* () {
        const { url } = yield* serve()
        const environment = yield* Process.onEmulator
        const compare = Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
          const without = yield* RealRun.run(args, environment)
          const there = yield* RealRun.run([...args, "--server", url], { OPWATCH_CONFIG: "/nowhere.yaml" })
          assert.deepStrictEqual(dataOf(there.out), dataOf(without.out), args.join(" "))
          assert.deepStrictEqual(linesOf(there.err), linesOf(without.err), args.join(" "))
          assert.strictEqual(there.code, without.code, args.join(" "))
        })
        yield* Effect.forEach(commands, compare, { concurrency: 4, discard: true })
      }),
    slow
  )

  it.effect(
    "waits through a server that is killed and started again, and loses no end",
    () =>
      Effect.gen(function* () {
        const first = yield* serve()
        yield* Process.script({ api: "cloud", id: "phoenix" })
        const waiting = yield* Process.start(["wait", "cloud/phoenix", "--server", first.url, "--json"])
        yield* waiting.said("running")
        first.process.child.kill("SIGKILL")
        yield* waiting.said("no answer from the opwatch server")
        const late = yield* Process.start(["wait", "cloud/phoenix", "--server", first.url, "--json"])
        yield* late.said("again in")
        yield* Process.script({ api: "cloud", id: "phoenix", steps: [{ set: { done: true, response: {} } }] })
        yield* serve(new URL(first.url).port)
        for (const { code, out } of [yield* waiting.ended, yield* late.ended]) {
          assert.deepInclude(JSON.parse(out), { ref: "cloud/phoenix", state: "succeeded" })
          assert.isObject(JSON.parse(out).raw)
          assert.strictEqual(code, 0)
        }
      }),
    slow
  )

  it.effect(
    "says in what resumes a wait which server it was",
    () =>
      Effect.gen(function* () {
        const { url } = yield* serve()
        yield* Process.script({ api: "cloud", id: "endless" })
        const resume = `resume with: opwatch wait --server ${url} cloud/endless`
        const late = yield* RealRun.run(["wait", "cloud/endless", "--server", url, "--timeout", "3s"])
        assert.include(late.err, resume)
        assert.include(late.out, "cloud/endless")
        assert.strictEqual(late.code, 3)
        const waiting = yield* Process.start(["wait", "cloud/endless", "--server", url])
        yield* waiting.said("running")
        waiting.child.kill("SIGINT")
        const { code, err } = yield* waiting.ended
        assert.include(err, resume)
        assert.strictEqual(code, 130)
        const nobody = "http://127.0.0.1:1"
        const never = yield* RealRun.run(["wait", "cloud/endless", "--server", nobody, "--timeout", "300ms"])
        assert.include(never.err, "time ran out after 300ms; the opwatch server has not answered")
        assert.include(never.err, `resume with: opwatch wait --server ${nobody} cloud/endless`)
        assert.strictEqual(never.code, 3)
      }),
    slow
  )

  it.effect("is asked where OPWATCH_SERVER is set, but a flag wins, and an empty variable is none", () =>
    Effect.gen(function* () {
      const { authorizations, url } = yield* other((_, response) => response.writeHead(200).end('{"sources":[]}'))
      const ofNoSource = yield* RealRun.run(["get", failedUpload], { OPWATCH_SERVER: url, OPWATCH_API_KEY: "" })
      assert.match(ofNoSource.err, /^opwatch: there is no source "toloka"/)
      assert.deepStrictEqual([ofNoSource.code, authorizations], [2, [undefined]])
      const environment = yield* Process.onEmulator
      const none = yield* RealRun.run(["get", failedUpload], { ...environment, OPWATCH_SERVER: "" })
      assert.strictEqual(none.code, 0)
      const config = environment.OPWATCH_CONFIG
      const flag = yield* RealRun.run(["get", failedUpload, "--config", config], { OPWATCH_SERVER: url })
      assert.strictEqual(flag.code, 0)
      const wins = yield* RealRun.run(["get", failedUpload, "--server", url], { OPWATCH_SERVER: "http://127.0.0.1:1" })
      assert.match(wins.err, /^opwatch: there is no source "toloka"/)
      assert.lengthOf(authorizations, 2)
      const print = ["emulate", "--", process.execPath, "-e", "console.log(process.env.OPWATCH_SERVER)"]
      assert.strictEqual((yield* Process.run(print, { OPWATCH_SERVER: url })).out, "undefined\n")
    })
  )

  it.effect.each([
    [["--server", "http://127.0.0.1:4080", "--config", "x.yaml"], {}, /--server and --config contradict each other/],
    [
      ["--server", "localhost:4080"],
      {},
      /"localhost:4080" is not the URL of an opwatch server\n  write it as in http:/
    ],
    [["--server", ""], {}, /"" is not the URL of an opwatch server/],
    [[], { OPWATCH_SERVER: "127.0.0.1" }, /"127\.0\.0\.1" is not the URL/],
    [["--server", "http://opwatch.test"], { OPWATCH_API_KEY: "a-secret-key" }, /in the clear\n  use https/]
  ] as const)("refuses %j with %j", ([flags, environment, message]) =>
    Effect.gen(function* () {
      const { code, err, out } = yield* RealRun.run(["get", failedUpload, ...flags], environment)
      assert.match(err, message)
      assert.notInclude(err, "a-secret-key")
      assert.deepStrictEqual([code, out], [2, ""])
    })
  )

  it.effect(
    "says what is wrong with the key, the server, or what is there in its place",
    () =>
      Effect.gen(function* () {
        const key = "a-secret-key"
        const get = (url: string) =>
          Process.run(["get", failedUpload, "--server", url, "--json"], { OPWATCH_API_KEY: key })
        const errorOf = ({ err }: Process.Ended) => JSON.parse(err).error
        const closed = yield* other((_, response) => response.writeHead(401).end("no"))
        const hello = yield* other((_, response) => response.end("hello"))
        const [refused, noServer, silent] = yield* Effect.all(
          [get(closed.url), get(hello.url), get("http://127.0.0.1:1")],
          { concurrency: "unbounded" }
        )
        assert.strictEqual(refused.code, 5)
        assert.deepInclude(errorOf(refused), {
          code: "Unauthenticated",
          message: `the opwatch server at ${closed.url} does not accept the key in OPWATCH_API_KEY`
        })
        assert.deepStrictEqual(closed.authorizations, [`Bearer ${key}`])

        assert.strictEqual(noServer.code, 6)
        assert.deepInclude(errorOf(noServer), {
          code: "MalformedAnswer",
          hint: `is there an opwatch server at ${hello.url}?`
        })

        assert.strictEqual(silent.code, 6)
        assert.match(errorOf(silent).message, /^no answer from the opwatch server at http:\S+: nothing listens there$/)
        for (const { err, out } of [refused, noServer, silent]) assert.notInclude(err + out, key)
      }),
    slow
  )
})
