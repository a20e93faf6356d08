import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { SourceName } from "@opwatch/core/Reference"
import { builtinSources } from "../src/BuiltinSources.ts"

describe("the built-in sources", () => {
  it("are these", () => {
    const table = Object.entries(builtinSources).map(([name, { provider, requestsPerSecond, url }]) => [
      name,
      provider,
      url,
      requestsPerSecond
    ])
    assert.deepStrictEqual(table, [
      ["toloka", "toloka", "https://toloka.dev/api/v1", 50],
      ["toloka-sandbox", "toloka", "https://sandbox.toloka.dev/api/v1", 50],
      ["tasks", "toloka", "https://tasks.yandex.ru/api/v1", 50],
      ["cloud", "cloud", "https://operation.api.cloud.yandex.net", 20],
      ["cloud-kz", "cloud", "https://operation.api.yandexcloud.kz", 20],
      ["cloud-ai", "cloud", "https://llm.api.cloud.yandex.net", 5]
    ])
  })

  it("have names that references can have", () => {
    for (const name of Object.keys(builtinSources)) assert.isTrue(Schema.is(SourceName)(name), name)
  })

  it("are found at the hosts that were switched off, too", () => {
    const former = Object.entries(builtinSources).filter(([, { formerUrls }]) => formerUrls.length > 0)
    assert.deepStrictEqual(
      former.map(([name, { formerUrls }]) => [name, formerUrls]),
      [
        ["toloka", ["https://toloka.yandex.com/api/v1"]],
        ["toloka-sandbox", ["https://sandbox.toloka.yandex.com/api/v1"]]
      ]
    )
  })
})
