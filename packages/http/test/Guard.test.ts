import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import { refusal } from "../src/Guard.ts"
import { json, start } from "./Serving.ts"

const local = { host: "127.0.0.1:4080" }

describe("Guard", () => {
  const answered: ReadonlyArray<Record<string, string>> = [
    local,
    { host: "localhost" },
    { host: "LocalHost:4080" },
    { host: "127.255.255.255:1" },
    { host: "[::1]:4080" },
    { host: "[::1]" },
    { ...local, origin: "http://localhost:3000" },
    { ...local, origin: "https://127.0.0.1" },
    { ...local, origin: "http://[::1]:4080" },
    { ...local, "sec-fetch-site": "same-origin" },
    { ...local, "sec-fetch-site": "none" }
  ]
  for (const headers of answered) {
    it(`answers ${JSON.stringify(headers)}`, () => {
      assert.isUndefined(refusal(Headers.fromInput(headers)))
    })
  }

  const refused: ReadonlyArray<Record<string, string>> = [
    {},
    { host: "" },
    { host: "example.com" },
    { host: "127.0.0.1.example.com" },
    { host: "localhost.example.com:4080" },
    { host: "example.com:127.0.0.1" },
    { host: "127.0.0.256" },
    { host: "0.0.0.0:4080" },
    { host: "192.168.0.1:4080" },
    { host: "[::2]:4080" },
    { host: "user@localhost" },
    { ...local, origin: "null" },
    { ...local, origin: "https://example.com" },
    { ...local, origin: "http://localhost.example.com" },
    { ...local, origin: "http://localhost@example.com" },
    { ...local, origin: "http://example.com/localhost" },
    { ...local, origin: "chrome-extension://localhost" },
    { ...local, origin: "" },
    { ...local, "sec-fetch-site": "cross-site" },
    { ...local, "sec-fetch-site": "same-site" }
  ]
  for (const headers of refused) {
    it(`refuses ${JSON.stringify(headers)}`, () => {
      assert.isString(refusal(Headers.fromInput(headers)))
    })
  }

  it.live("refuses on every route and beside them, before anything else happens", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      cloud.set("op-1", { state: "running" })
      const operation = "/v1/operations/cloud/op-1"
      const routes: ReadonlyArray<readonly [method: string, path: string]> = [
        ...["", "/wait?timeout=1s", "/events", "/log", "/explanation"].map(
          (suffix) => ["GET", operation + suffix] as const
        ),
        ["POST", `${operation}/cancel`],
        ...["/healthz", "/readyz", "/openapi.json", "/docs", "/nothing", `${operation}?maxAge=x`].map(
          (path) => ["GET", path] as const
        )
      ]
      for (const [method, path] of routes) {
        for (const headers of [
          { host: "rebound.example.com" },
          { origin: "https://example.com" },
          { "sec-fetch-site": "cross-site" }
        ]) {
          const answer = yield* request(path, { method, headers })
          assert.strictEqual(answer.status, 403, `${method} ${path}`)
          assert.strictEqual(answer.headers["content-type"], "application/problem+json")
          assert.strictEqual(json(answer)["type"], "urn:opwatch:problem:refused-caller")
        }
      }
      assert.deepStrictEqual([cloud.counts.polls, cloud.counts.cancels], [0, 0])
    })
  )
})
