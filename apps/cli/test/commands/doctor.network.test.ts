import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import type { CheckedSource } from "../../src/doctor/Check.ts"
import { examine, one, statusesOf } from "../doctor/Examination.ts"
import * as Servers from "../doctor/Servers.ts"
import * as Process from "../Process.ts"
import * as RealRun from "../RealRun.ts"

const right = { IAM: "t1.right.cloud" }

layer(NodeServices.layer, { excludeTestServices: true })("opwatch doctor, of servers,", (it) => {
  const cloud = (url: string) => ({ provider: "cloud", url, auth: { kind: "iamToken", tokenEnv: "IAM" } })

  it.effect("finds where the way to one ends: exit code 6", () =>
    Effect.gen(function* () {
      const { code, found } = yield* examine(
        {
          closed: cloud(`http://127.0.0.1:${yield* Servers.closedPort}`),
          nameless: cloud("https://opwatch.invalid"),
          clear: cloud(`https://127.0.0.1:${yield* Servers.http(Servers.notFound)}`)
        },
        right
      )
      assert.include(one(found.get("closed"), "connection").detail, "the connection was refused")
      assert.include(one(found.get("closed"), "connection").remedy, "sources.closed.url")
      assert.deepInclude(statusesOf(found.get("nameless")), { name: "failed", connection: "skipped", tls: "skipped" })
      assert.include(one(found.get("clear"), "tls").detail, "it does not speak TLS")
      const skipped = [...found.values()].map((checked) => one(checked, "clock").detail)
      assert.deepStrictEqual(skipped, ["connection is not ok", "name is not ok", "tls is not ok"])
      assert.strictEqual(code, 6)
    })
  )

  it.effect("tells a credential that is not known from one that may not, and either from what is not the API", () =>
    Effect.gen(function* () {
      const answering = (status: number, body: string, headers = {}) =>
        Effect.map(
          Servers.http((_, response) => void response.writeHead(status, headers).end(body)),
          (port) => cloud(`http://127.0.0.1:${port}`)
        )
      const { code, found } = yield* examine(
        {
          unknown: yield* answering(401, '{"code":16,"message":"Unknown token"}', { "x-request-id": "req-1" }),
          forbidden: yield* answering(403, '{"code":7,"message":"Permission denied"}'),
          other: yield* answering(404, "<html>Hello</html>"),
          away: yield* answering(302, "", { location: "http://elsewhere.invalid/" }),
          down: yield* answering(503, "")
        },
        right
      )
      const access = (name: string) => one(found.get(name), "access")
      assert.strictEqual(access("unknown").detail, "Unknown token (UNAUTHENTICATED) (request id req-1)")
      assert.strictEqual(access("forbidden").detail, "Permission denied (PERMISSION_DENIED)")
      assert.strictEqual(access("other").remedy, "the answer is not the API's: check the url of this source")
      assert.include(one(found.get("away"), "answer").detail, "it redirects to http://elsewhere.invalid/")
      assert.deepInclude(statusesOf(found.get("down")), { answer: "warning", access: "failed" })
      assert.isFalse([...found.values()].some(({ ok }) => ok))
      assert.strictEqual(code, 5)
    })
  )

  it.effect("looks at a proxy on the way, and says what it refuses", () =>
    Effect.gen(function* () {
      const proxy = `127.0.0.1:${yield* Servers.proxy(407)}`
      const { code, found } = yield* examine(
        { tasks: { auth: { kind: "oauth", tokenEnv: "TASKS" } } },
        { TASKS: "y0_tasks", https_proxy: `http://user:hush-hush@${proxy}` }
      )
      const tasks = found.get("tasks")
      assert.include(one(tasks, "connection").detail, `${proxy} (the proxy http://${proxy}) in`)
      assert.strictEqual(one(tasks, "tls").detail, "the proxy answered with status 407")
      assert.include(one(tasks, "tls").remedy, "put them into HTTPS_PROXY")
      assert.notInclude(JSON.stringify(tasks), "hush-hush")
      assert.strictEqual(code, 6)
    })
  )

  it.effect("judges certificates, those that come through a proxy too, by the authorities that Node is told of", () =>
    Effect.gen(function* () {
      const served = (certificate: Servers.Certificate) => Servers.https(certificate, Servers.notFound)
      const local = (certificate: Servers.Certificate) =>
        Effect.map(served(certificate), (port) => cloud(`https://localhost:${port}`))
      const proxy = yield* Servers.proxy(200, yield* served("other"))
      const { path } = yield* RealRun.configuration({
        trusted: yield* local("trusted"),
        expired: yield* local("expired"),
        misnamed: yield* local("other"),
        "self-signed": yield* local("selfSigned"),
        behind: cloud("https://other.example")
      })
      const { code, err, out } = yield* Process.run(["doctor", "--json", "--config", path], {
        ...right,
        NODE_EXTRA_CA_CERTS: Servers.authority,
        HTTPS_PROXY: `http://127.0.0.1:${proxy}`
      })
      const checked: ReadonlyArray<CheckedSource> = JSON.parse(out)
      assert.deepStrictEqual(
        checked.map((source) => `${source.source}: ${one(source, "tls").detail}`),
        [
          "trusted: TLSv1.3, a certificate for localhost, 127.0.0.1 until 2120-01-01",
          "expired: its certificate ended on 2021-01-01 (CERT_HAS_EXPIRED)",
          "misnamed: its certificate is for other.example, not for localhost (ERR_TLS_CERT_ALTNAME_INVALID)",
          "self-signed: its certificate was issued by localhost, which is not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT)",
          "behind: TLSv1.3, a certificate for other.example until 2120-01-01"
        ]
      )
      assert.deepStrictEqual(
        checked.map(({ ok }) => ok),
        [true, false, false, false, true]
      )
      assert.include(one(checked[3], "tls").remedy, "NODE_EXTRA_CA_CERTS")
      assert.deepStrictEqual([code, err], [6, ""])
    })
  )
})
