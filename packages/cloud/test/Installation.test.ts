import { assert, describe, it } from "@effect/vitest"
import * as Installation from "../src/Installation.ts"

const { kazakhstan, ofUrl, russia } = Installation

describe("an installation", () => {
  it.each([
    ["https://operation.api.cloud.yandex.net", russia],
    ["https://llm.api.cloud.yandex.net", russia],
    ["https://OPERATION.API.CLOUD.YANDEX.NET:443/", russia],
    ["https://operation.api.yandexcloud.kz", kazakhstan],
    ["https://api.yandexcloud.kz", kazakhstan]
  ])("is known by its hosts: %s", (url, expected) => assert.strictEqual(ofUrl(url), expected))

  it.each([
    "http://127.0.0.1:4010",
    "https://example.com",
    "https://yandexcloud.kz.example.com",
    "https://api.cloud.yandex.net.example.com",
    "https://example.com/operation.api.cloud.yandex.net",
    "https://notyandexcloud.kz",
    "https://notapi.cloud.yandex.net",
    "https://storage.yandexcloud.net"
  ])("is not that of anybody else's host: %s", (url) => assert.isUndefined(ofUrl(url)))

  it("has services of its own that keep secrets", () => {
    for (const { authUrl, endpointsUrl, iamUrl } of [russia, kazakhstan]) {
      for (const url of [authUrl, endpointsUrl, iamUrl]) assert.match(url, /^https:\/\/[a-z.]+$/)
    }
    assert.notStrictEqual(russia.iamUrl, kazakhstan.iamUrl)
  })
})
