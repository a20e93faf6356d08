import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import type { CheckedSource } from "../../src/doctor/Check.ts"
import { one, statusesOf } from "../doctor/Examination.ts"
import * as Servers from "../doctor/Servers.ts"
import * as Harness from "../Harness.ts"
import * as RealRun from "../RealRun.ts"

const key = "MARKED-key"
const capabilities = { cancel: false, list: true, log: true }
const sources = [{ name: "toloka", provider: "toloka", urls: ["https://toloka.dev/api/v1"], capabilities }]

/** An opwatch server, as far as it tells its sources to those who have its key. */
const server = Effect.map(
  Servers.http((request, response) => {
    const isLetIn = request.headers.authorization === `Bearer ${key}`
    response.writeHead(isLetIn ? 200 : 401, { "content-type": "application/json" })
    response.end(JSON.stringify(isLetIn && request.url === "/v1/sources" ? { sources } : {}))
  }),
  (port) => `http://127.0.0.1:${port}`
)

const examine = Effect.fnUntraced(function* (args: ReadonlyArray<string>, environment: RealRun.Environment) {
  const { code, err, out } = yield* RealRun.run(["doctor", "--json", ...args], environment)
  assert.notInclude(out + err, "MARKED")
  const [checked]: ReadonlyArray<CheckedSource> = JSON.parse(out)
  return { code, checked }
})

layer(NodeServices.layer, { excludeTestServices: true })("with an opwatch server", (it) => {
  it.effect("opwatch sources shows what it has", () =>
    Effect.gen(function* () {
      const url = yield* server
      const environment = { OPWATCH_API_KEY: key }
      const json = yield* RealRun.run(["sources", "--json", "--server", url], environment)
      assert.deepStrictEqual(JSON.parse(json.out), [
        {
          source: "toloka",
          provider: "toloka",
          url: "https://toloka.dev/api/v1",
          from: `the opwatch server at ${url}`,
          capabilities
        }
      ])
      const text = yield* RealRun.run(["sources"], { ...environment, OPWATCH_SERVER: url })
      assert.strictEqual(
        text.out,
        `toloka  toloka  the server's  https://toloka.dev/api/v1\n\nthe opwatch server at ${url}\n`
      )
      assert.deepStrictEqual([text.code, text.err], [0, ""])
    })
  )

  it.effect("opwatch doctor checks the server, and whether it has the sources that are named", () =>
    Effect.gen(function* () {
      const url = yield* server
      const environment = { OPWATCH_SERVER: url, OPWATCH_API_KEY: key }
      const { checked, code } = yield* examine(["toloka"], environment)
      assert.strictEqual(String(checked?.source), url)
      assert.strictEqual(one(checked, "access").detail, "let in; it has toloka")
      assert.isFalse(Object.values(statusesOf(checked)).some((status) => status !== "ok"))
      assert.strictEqual(code, 0)
      const missing = yield* examine(["cloud"], environment)
      assert.strictEqual(one(missing.checked, "access").detail, "there is no source cloud; it has toloka")
      assert.strictEqual(missing.code, 2)
    })
  )

  it.effect("opwatch doctor finds that the key is not let in, or that there is no server", () =>
    Effect.gen(function* () {
      const url = yield* server
      const refused = yield* examine(["--server", url], {})
      assert.strictEqual(one(refused.checked, "access").status, "failed")
      assert.include(one(refused.checked, "access").remedy, "OPWATCH_API_KEY")
      assert.strictEqual(refused.code, 5)
      const gone = yield* examine(["--server", `http://127.0.0.1:${yield* Servers.closedPort}`], {})
      assert.include(one(gone.checked, "connection").remedy, "--server or OPWATCH_SERVER")
      assert.strictEqual(gone.code, 6)
      const wrong = yield* RealRun.run(["doctor", "--json", "--server", "nonsense"])
      assert.include(String(Harness.errorOf(wrong)["message"]), '"nonsense" is not the URL of an opwatch server')
      assert.strictEqual(wrong.code, 2)
    })
  )
})
