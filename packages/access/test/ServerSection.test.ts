import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as ServerSection from "../src/ServerSection.ts"

describe("ServerSection", () => {
  it("has a default for whatever is not said", () => {
    assert.deepStrictEqual(Result.getOrThrow(ServerSection.read(undefined)), ServerSection.defaults)
    assert.deepStrictEqual(Result.getOrThrow(ServerSection.read({})), ServerSection.defaults)
    const { allowPrivateWebhooks, limits } = Result.getOrThrow(
      ServerSection.read({ limits: { bodyBytes: 2_048, requestTimeout: "5s" }, webhooks: { allowPrivate: true } })
    )
    assert.isTrue(allowPrivateWebhooks)
    assert.deepStrictEqual(limits, {
      ...ServerSection.defaults.limits,
      bodyBytes: 2_048,
      requestTimeout: Duration.seconds(5)
    })
  })

  const wrong: ReadonlyArray<readonly [unknown, string]> = [
    [null, "server: it is an object"],
    ["opw_x", "server: it is an object"],
    [{ limit: {} }, "server.limit: no such field; the known ones are limits, webhooks"],
    [{ limits: { body: 1 } }, "server.limits.body: no such field; the known ones are bodyBytes"],
    [{ webhooks: { private: true } }, "server.webhooks.private: no such field; the known ones are allowPrivate"],
    [{ limits: { bodyBytes: 0 } }, "server.limits.bodyBytes: it is a number of bytes"],
    [{ limits: { requestTimeout: "0s" } }, "server.limits.requestTimeout: it is a duration"],
    [{ limits: { requestTimeout: 5 } }, "server.limits.requestTimeout: it is a duration"],
    [{ limits: { streamsPerKey: 1.5 } }, "server.limits.streamsPerKey: it is a whole number"],
    [{ webhooks: { allowPrivate: "yes" } }, "server.webhooks.allowPrivate: it is true or false"]
  ]
  for (const [section, problem] of wrong) {
    it(`refuses ${JSON.stringify(section)}`, () => {
      const result = ServerSection.read(section)
      assert.include(Result.isFailure(result) ? result.failure : "nothing is wrong", problem)
    })
  }

  it.prop("reads any JSON without failing unexpectedly", [Schema.Json], ([json]) => {
    ServerSection.read(json)
  })
})
