import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createServer, type Server } from "node:http"
import { text } from "node:stream/consumers"
import { errorOf } from "../Harness.ts"
import * as Process from "../Process.ts"
import * as RealRun from "../RealRun.ts"
import { TrackingServer } from "../TrackingServer.ts"

const upload = "toloka/57068577e4b0bf7b07a0256f"
const partial = "toloka/5a3e6c0be4b0bf7b07a02570"
const disk = "cloud/fhmdone0emulator0001"

/** A command with `OPWATCH_SERVER` set. */
const run = Effect.fnUntraced(function* (args: ReadonlyArray<string>, environment = {}, stdin = "") {
  const { url } = yield* TrackingServer
  return yield* RealRun.run(args, { OPWATCH_SERVER: url, ...environment }, undefined, stdin)
})

const linesOf = (out: string): ReadonlyArray<unknown> =>
  out
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line))

/** An operation that ends as told at once. */
const scripted = (id: string, ...steps: ReadonlyArray<object>) => Process.script({ api: "cloud", id, steps })
const endsWith = (id: string, end: object) => scripted(id, { set: { done: true, ...end } })

interface Batch {
  readonly operations: ReadonlyArray<{ readonly ref: string; readonly webhook?: unknown }>
}

/** A server that answers nothing but batches; what it was sent is kept. */
const batchServer = Effect.fnUntraced(function* (answer: (batch: Batch, index: number) => [number, unknown]) {
  const batches: Array<Batch> = []
  const server = yield* Effect.acquireRelease(
    Effect.callback<Server>((resume) => {
      const server = createServer(async (request, response) => {
        const batch: Batch = JSON.parse(await text(request))
        const [status, body] = answer(batch, batches.push(batch) - 1)
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => void (server.closeAllConnections(), server.close()))
  )
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, batches }
})

const taken = ({ operations }: Batch): [number, unknown] => [
  200,
  { results: operations.map(({ ref }) => ({ ref, status: 201 })) }
]

const services = Layer.mergeAll(Emulator.layer(), NodeServices.layer)

layer(Layer.provideMerge(TrackingServer.layer, services), { excludeTestServices: true })("tracking", (it) => {
  it.effect("begins, is listed with labels and state, counted, told of, and ends", () =>
    Effect.gen(function* () {
      const { url } = yield* TrackingServer
      const first = yield* RealRun.run(["track", disk, "--label", "job=a", "--deadline", "2h", "--server", url])
      assert.deepStrictEqual(first, { code: 0, out: `${disk}  tracked\n`, err: "" })
      const operations = `{"ref":"${upload}"}\n{"ref":"${disk}"}\n`
      const again = yield* run(
        ["track", "-", partial, "--label", "job=a", "--label", "kind=x=y", "--json"],
        {},
        operations
      )
      assert.deepStrictEqual(JSON.parse(again.out), [
        { ref: upload, new: true },
        { ref: disk, new: false },
        { ref: partial, new: true }
      ])
      const summary = yield* run(["summary", "--label", "job=a", "--label", "kind=x=y", "--wait", "20s"])
      assert.strictEqual(summary.out, "3 of 3 operations are done: 2 succeeded (1 in part), 1 failed\n")
      assert.strictEqual(summary.code, 1)

      const tracked = yield* run(["tracked", "--label", "job=a", "--source", "toloka", "--output", "ndjson"])
      assert.deepStrictEqual(
        linesOf(tracked.out).map((line) => Object(line).ref),
        [partial, upload]
      )
      const table = yield* run(["tracked", "--state", "succeeded", "--limit", "1"])
      assert.match(table.out, /^toloka\/5a3\S+ +succeeded in part +TASK.BATCH_CREATE +\S+ +job=a,kind=x=y +took/)
      const none = yield* run(["tracked", "--kind", "no.such"])
      assert.deepStrictEqual(none, { code: 0, out: "", err: "nothing of that is tracked\n" })

      const history = yield* run(["get", upload, "--history", "--json"])
      const changes: ReadonlyArray<Record<string, unknown>> = JSON.parse(history.out)
      assert.deepInclude(changes.at(-1), { ref: upload, type: "operation.finished" })
      const shown = yield* run(["get", upload, "--history"])
      assert.match(shown.out, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}toloka\/\S+ {2}failed/)

      const gone = yield* run(["untrack", upload, "toloka/other", disk])
      assert.strictEqual(gone.out, `${upload}  not tracked any more\n${disk}  not tracked any more\n`)
      assert.match(gone.err, /^opwatch: toloka\/other is not tracked\n {2}`opwatch track` tracks it\n$/)
      assert.strictEqual(gone.code, 4)
      const unknown = yield* run(["get", upload, "--history", "--json"])
      assert.deepStrictEqual([unknown.code, unknown.out], [4, ""])
      assert.deepInclude(errorOf(unknown), { ref: upload, message: `${upload} is not tracked` })
      assert.strictEqual(
        (yield* run(["untrack", partial, "--json"])).out,
        `{\n  "ref": "${partial}",\n  "untracked": true\n}\n`
      )
    })
  )

  it.effect("takes URLs and bare ids, and what is wrong with one does not stop the others", () =>
    Effect.gen(function* () {
      const { url } = yield* Emulator
      const refs = [`${url}/operations/fhmquota0emulator001`, "nowhere/x", "bare"]
      const several = yield* run(["track", ...refs, "--source", "cloud", "--output", "ndjson"])
      const [first, second, third] = linesOf(several.out).map(Object)
      assert.deepStrictEqual([first.ref, first.new], ["cloud/fhmquota0emulator001", true])
      assert.strictEqual(second.ref, "nowhere/x")
      assert.match(second.error.message, /^there is no source "nowhere"/)
      assert.deepStrictEqual([third.ref, third.new], ["cloud/bare", true])
      assert.strictEqual(several.code, 2)
      const wrong = yield* run(["track", "cloud/untouched", "cloud/x:cancel"])
      assert.match(wrong.err, /"cloud\/x:cancel" is not a reference/)
      assert.deepStrictEqual([wrong.code, wrong.out], [2, ""])
      assert.strictEqual((yield* run(["untrack", "cloud/untouched"])).code, 4)
    })
  )

  it.effect("waits for a group, and ends as a wait for all of it would", () =>
    Effect.gen(function* () {
      yield* Effect.all([
        endsWith("good", { response: {} }),
        endsWith("bad", { error: { code: 8, message: "Quota" } }),
        endsWith("stopped", { error: { code: 1, message: "Cancelled" } }),
        scripted("endless")
      ])
      const ends = [
        [["good"], 0],
        [["good", "bad"], 1],
        [["good", "stopped"], 7],
        [["bad", "endless"], 1],
        [["good", "endless"], 3]
      ] as const
      for (const [ids, code] of ends) {
        const label = `ids=${ids.join("-")}`
        yield* run(["track", ...ids.map((id) => `cloud/${id}`), "--label", label])
        yield* run(["wait", `cloud/${ids[0]}`])
        const time = ids.some((id) => id === "endless") ? "300ms" : "20s"
        const ended = yield* run(["summary", "--label", label, "--wait", time, "--json"])
        assert.strictEqual(ended.code, code, label)
        assert.strictEqual(JSON.parse(ended.out).total, ids.length)
        if (time === "20s") continue
        assert.deepInclude(errorOf(ended), {
          code: "WaitTimedOut",
          message: "time ran out after 300ms; what is not done goes on",
          hint: `resume with: opwatch summary --label ${label} --wait 300ms`
        })
        assert.strictEqual((yield* run(["summary", "--label", label])).code, 0)
      }
    })
  )

  it.effect("tells a webhook's secret once, and never one that was given", () =>
    Effect.gen(function* () {
      yield* scripted("hooked")
      const track = ["track", "cloud/hooked", "--webhook", "https://receiver.invalid/hook"]
      const made = yield* run(track)
      assert.match(
        made.out,
        /^cloud\/hooked {2}tracked\n {2}webhook secret {2}whsec_\S+ {2}\(shown this once, not again\)\n$/
      )
      const again = yield* run([...track, "--json"])
      assert.deepStrictEqual(Object.keys(JSON.parse(again.out)), ["ref", "new", "webhook"])
      assert.notProperty(JSON.parse(again.out).webhook, "secret")
      const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`
      const given = yield* run(track, { OPWATCH_WEBHOOK_SECRET: secret })
      assert.strictEqual(given.code, 0)
      assert.notInclude(given.out + given.err, secret)
      const wrong = yield* run(track, { OPWATCH_WEBHOOK_SECRET: "whsec_no" })
      assert.strictEqual(wrong.code, 2)
      assert.notInclude(wrong.err, "whsec_no")
      const inside = yield* run(["track", "cloud/hooked", "--webhook", "http://127.0.0.1:9/"])
      assert.strictEqual(inside.code, 2)
      assert.notInclude(inside.err, "is there an opwatch server")
    })
  )

  it.effect("goes in batches of a thousand; one that is refused is the last", () =>
    Effect.gen(function* () {
      const refs = Array.from({ length: 3_500 }, (_, index) => `cloud/op-${index}`)
      const problem = { type: "urn:opwatch:problem:scope-missing", title: "?", status: 403, detail: "not for track" }
      const server = yield* batchServer((batch, index) =>
        index === 2 ? [403, { ...problem, scope: "track" }] : taken(batch)
      )
      const tracked = yield* RealRun.run(
        ["track", "-", "--server", server.url, "--output", "ndjson"],
        {},
        undefined,
        refs.join("\n")
      )
      assert.deepStrictEqual(
        server.batches.map(({ operations }) => operations.length),
        [1_000, 1_000, 1_000]
      )
      const lines = linesOf(tracked.out).map(Object)
      assert.deepStrictEqual(
        lines.map(({ ref }) => ref),
        refs
      )
      assert.lengthOf(
        lines.filter((line) => line.new === true),
        2_000
      )
      assert.deepInclude(lines[3_400].error, { code: "Forbidden", message: "not for track" })
      assert.strictEqual(tracked.code, 5)
    })
  )

  it.effect("asks again where the database was away, unless a secret may be lost by it", () =>
    Effect.gen(function* () {
      const away = {
        type: "urn:opwatch:problem:store-unavailable",
        title: "?",
        status: 503,
        detail: "the database is locked",
        retryAfterSeconds: 0
      }
      const server = yield* batchServer((batch, index) => (index % 2 === 0 ? [503, away] : taken(batch)))
      const tracked = yield* RealRun.run(["track", "cloud/x", "--server", server.url])
      assert.deepStrictEqual([tracked.code, server.batches.length], [0, 2])
      const hooked = yield* RealRun.run(["track", "cloud/x", "--server", server.url, "--webhook", "https://x.invalid"])
      assert.match(hooked.err, /the opwatch server at http:\S+ failed: the database is locked/)
      assert.deepStrictEqual([hooked.code, server.batches.length], [6, 3])
    })
  )

  it.effect.each<readonly [ReadonlyArray<string>]>([
    [["track", disk]],
    [["untrack", disk]],
    [["tracked"]],
    [["summary"]],
    [["cluster"]],
    [["get", disk, "--history"]]
  ])("says what to do where no server is named: %j", ([args]) =>
    Effect.gen(function* () {
      const ran = yield* RealRun.run([...args, "--json"], { OPWATCH_SERVER: "" })
      assert.deepStrictEqual([ran.code, ran.out], [2, ""])
      const { code, hint, message } = errorOf(ran)
      assert.strictEqual(code, "ServerNeeded")
      assert.match(
        String(message),
        /^opwatch (track|untrack|tracked|summary|cluster|get --history) needs an opwatch server/
      )
      assert.match(String(hint), /`opwatch serve`[^]*--server http:\/\/127\.0\.0\.1:4080/)
    })
  )

  it.effect("refuses labels that are none", () =>
    Effect.gen(function* () {
      for (const label of ["x", "=x", "a b=c", "a=\u0007"]) {
        const { code, err } = yield* run(["tracked", "--label", label])
        assert.strictEqual(code, 2)
        assert.match(err, /^opwatch: --label cannot be "[^]*as in --label batch=2024-05\n$/)
      }
    })
  )
})
