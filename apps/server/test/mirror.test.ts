/** The mirror over real HTTP: what it answers as the provider would, and what goes no further. */
import { assert, layer } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { createServer } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { credentials, place, requests, send, start, tokens } from "./MirrorScene.ts"
import { until } from "./Process.ts"

const scopes = {
  reader: ["read"],
  canceller: ["read", "cancel"],
  passer: ["read", "passthrough"],
  nobody: ["track"]
} as const

/** A host that never answers, and knows how many wait for it. */
const silence = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly waiting: () => number; readonly close: () => void }>((resume) => {
    const open = new Set<Socket>()
    const server = createServer(({ socket }) => {
      open.add(socket)
      socket.once("close", () => open.delete(socket))
    })
    const close = () => {
      server.close()
      for (const socket of open) socket.destroy()
    }
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, waiting: () => open.size, close }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

const opened = Effect.gen(function* () {
  const silent = yield* silence
  const { emulator, keyOf, seen, url } = yield* start(scopes, {
    toloka: { passThrough: true },
    cloud: { maxAge: "30s" },
    more: { silent: { provider: "toloka", url: `${silent.url}/api/v1` } }
  })
  const asked = (path: string, key: keyof typeof scopes = "reader", init: RequestInit = {}) =>
    send(`${url}/mirror${path}`, { ...init, headers: { authorization: `OAuth ${keyOf(key)}`, ...init.headers } })
  const direct = (path: string, scheme = `OAuth ${tokens.toloka}`) =>
    send(`${emulator}${path}`, { headers: { authorization: scheme } })
  return { asked, direct, keyOf, seen, silent, url }
})

class Scene extends Context.Service<Scene, Effect.Success<typeof opened>>()("@opwatch/server/test/mirror/Scene") {}

const scenes = Layer.effect(Scene, opened).pipe(Layer.provideMerge(Emulator.layer({ credentials })))

layer(scenes, { excludeTestServices: true })("the mirror", (it) => {
  it.effect("answers an operation, its log and a list as the provider does", () =>
    Effect.gen(function* () {
      const { asked, direct } = yield* Scene
      yield* place({ api: "cloud", id: "listed", operation: { metadata: { instanceId: "fhm1" } } })
      const bearer = `Bearer ${tokens.cloud}`
      for (const [path, scheme] of [
        ["/api/v1/operations/57068577e4b0bf7b07a0256f"],
        ["/api/v1/operations/57068577e4b0bf7b07a0256f/log"],
        ["/api/v1/operations?limit=2&sort=-id"],
        ["/operations/fhmdone0emulator0001", bearer],
        ["/compute/v1/instances/fhm1/operations?pageSize=1", bearer]
      ] as const) {
        const mirrored = yield* asked(`/${scheme === undefined ? "toloka" : "cloud"}${path}`)
        const told = yield* direct(path, scheme)
        assert.strictEqual(mirrored.status, 200, path)
        assert.deepStrictEqual(JSON.parse(mirrored.text), JSON.parse(told.text), path)
        assert.strictEqual(mirrored.headers.get("content-type"), "application/json")
      }
    })
  )

  it.effect("asks once for what is young enough, and tells its age", () =>
    Effect.gen(function* () {
      const { asked } = yield* Scene
      yield* place({ api: "cloud", id: "young", operation: { done: false } })
      const get = (control?: string) =>
        asked(
          "/cloud/operations/young",
          "reader",
          control === undefined ? {} : { headers: { "cache-control": control } }
        )
      const answers = yield* Effect.forEach([1, 2, 3, 4], () => get(), { concurrency: "unbounded" })
      assert.deepStrictEqual(new Set(answers.map(({ headers }) => headers.get("age"))), new Set(["0"]))
      yield* get()
      assert.strictEqual((yield* requests("young")).get, 1)
      yield* get("max-age=0")
      yield* get("no-cache")
      assert.strictEqual((yield* requests("young")).get, 3)
      yield* get("max-age=3600")
      assert.strictEqual((yield* requests("young")).get, 3)
    })
  )

  it.effect("asks no more for what has ended, but where it is to be asked now", () =>
    Effect.gen(function* () {
      const { asked } = yield* Scene
      yield* place({ api: "toloka", id: "ended", operation: { status: "SUCCESS" } })
      const control = (value: string) => ({ headers: { "cache-control": value } })
      yield* asked("/toloka/api/v1/operations/ended", "reader")
      yield* asked("/toloka/api/v1/operations/ended", "reader", control("max-age=1"))
      assert.strictEqual((yield* requests("ended")).get, 1)
      yield* asked("/toloka/api/v1/operations/ended", "reader", control("no-cache"))
      assert.strictEqual((yield* requests("ended")).get, 2)
    })
  )

  it.effect("words errors as the provider does", () =>
    Effect.gen(function* () {
      const { asked } = yield* Scene
      const cloud = yield* asked("/cloud/operations/absent")
      assert.strictEqual(cloud.status, 404)
      assert.include(JSON.parse(cloud.text), { code: 5, message: "Operation is not found" })
      assert.strictEqual(cloud.headers.get("opwatch-problem"), "urn:opwatch:problem:operation-not-found")
      const toloka = yield* asked("/toloka/api/v1/operations/absent")
      assert.strictEqual(toloka.status, 404)
      assert.include(JSON.parse(toloka.text), { code: "DOES_NOT_EXIST", message: "Operation does not exist" })
    })
  )

  it.effect("follows no redirect, and says so as the provider would", () =>
    Effect.gen(function* () {
      const { asked } = yield* Scene
      yield* place({ api: "cloud", id: "moved", steps: [{ httpStatus: 302 }] })
      const moved = yield* asked("/cloud/operations/moved")
      assert.strictEqual(moved.status, 502)
      assert.strictEqual(JSON.parse(moved.text).code, 14)
      assert.isNull(moved.headers.get("location"))
    })
  )

  it.effect("leaves no request behind when its client goes away", () =>
    Effect.gen(function* () {
      const { asked, silent } = yield* Scene
      for (const path of ["operations/a", "operations/a/log", "operations?limit=1"]) {
        const client = yield* Effect.forkChild(asked(`/silent/api/v1/${path}`))
        yield* until(() => silent.waiting() === 1)
        yield* Fiber.interrupt(client)
        yield* until(() => silent.waiting() === 0)
      }
    })
  )

  it.effect("cancels with the scope for it alone, be it a GET or its path written in another way", () =>
    Effect.gen(function* () {
      const { asked } = yield* Scene
      yield* place({ api: "cloud", id: "stoppable" })
      for (const path of ["stoppable:cancel", "stoppable%3Acancel", "x/../stoppable:cancel/"]) {
        const refused = yield* asked(`/cloud/operations/${path}`)
        assert.isAtLeast(refused.status, 403, path)
      }
      assert.strictEqual((yield* requests("stoppable")).cancel, 0)
      const refused = yield* asked("/cloud/operations/stoppable:cancel", "reader")
      assert.strictEqual(refused.status, 403)
      assert.strictEqual(JSON.parse(refused.text).code, 7)
      assert.strictEqual(refused.headers.get("opwatch-problem"), "urn:opwatch:problem:scope-missing")
      const accepted = yield* asked("/cloud/operations/stoppable:cancel", "canceller")
      assert.strictEqual(accepted.status, 200)
      assert.strictEqual(JSON.parse(accepted.text).id, "stoppable")
      assert.strictEqual((yield* requests("stoppable")).cancel, 1)
    })
  )

  it.effect("says why it does not answer all else, and lets it through only where source and key allow that", () =>
    Effect.gen(function* () {
      const { asked } = yield* Scene
      const other = yield* asked("/cloud/iam/v1/tokens", "passer", { method: "POST", body: "{}" })
      assert.strictEqual(other.status, 404)
      assert.strictEqual(other.headers.get("opwatch-problem"), "urn:opwatch:problem:not-mirrored")
      assert.include(JSON.parse(other.text).message, "passThrough")
      assert.strictEqual((yield* asked("/toloka/api/v1/pools/21/open", "reader", { method: "POST" })).status, 403)
      const opened = yield* asked("/toloka/api/v1/pools/21/open", "passer", { method: "POST" })
      assert.strictEqual(opened.status, 202)
      assert.include(JSON.parse(opened.text), { type: "POOL.OPEN", status: "PENDING" })
      const unknown = yield* asked("/toloka/api/v1/nothing", "passer")
      assert.strictEqual(unknown.status, 404)
      assert.strictEqual(JSON.parse(unknown.text).code, "NOT_FOUND")
      assert.isNull(unknown.headers.get("opwatch-problem"))
    })
  )

  it.effect("asks for a key of opwatch in any scheme of the providers, and sends none of it on", () =>
    Effect.gen(function* () {
      const { keyOf, seen, url } = yield* Scene
      const path = `${url}/mirror/cloud/operations/fhmdone0emulator0001`
      for (const scheme of ["Bearer", "OAuth", "ApiKey", "Api-Key"]) {
        assert.strictEqual(
          (yield* send(path, { headers: { authorization: `${scheme} ${keyOf("reader")}` } })).status,
          200
        )
      }
      const own = yield* send(path, { headers: { authorization: `Bearer ${tokens.cloud}` } })
      assert.strictEqual(own.status, 401)
      assert.strictEqual(JSON.parse(own.text).code, 16)
      const scope = yield* send(path, { headers: { authorization: `Bearer ${keyOf("nobody")}` } })
      assert.strictEqual(scope.status, 403)
      const unknown = yield* send(`${url}/mirror/nothing/x`, {
        headers: { authorization: `Bearer ${keyOf("reader")}` }
      })
      assert.strictEqual(unknown.status, 404)
      assert.strictEqual(unknown.headers.get("content-type"), "application/problem+json")
      for (const secret of [...Object.values(tokens), keyOf("reader")]) assert.notInclude(seen.error, secret)
    })
  )
})
