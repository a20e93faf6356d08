import { assert, expect, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { keyText } from "./CloudScene.ts"
import { asked, environment, id, oauth, providerOf, type Sent, sources } from "./Recording.ts"
import { folder, services } from "./Workspace.ts"

layer(services)("sources of the cloud", (it) => {
  it.effect("exchange an OAuth token with their own installation, and send it nowhere else", () =>
    Effect.gen(function* () {
      const sent: Array<Sent> = []
      const all = yield* sources(
        {
          mine: { provider: "cloud", url: "https://h.example.com", iamUrl: "https://iam.example.com/", auth: oauth }
        },
        { ...environment, YC_TOKEN: "y0_russia", OPWATCH_CLOUD_KZ_TOKEN: "y0_kazakhstan" },
        sent
      )
      for (const name of ["cloud", "cloud-kz", "cloud-ai", "mine"]) yield* providerOf(all, name).get(id)
      const issued = "Bearer t1.issued.token"
      assert.deepStrictEqual(
        sent.map(({ authorization, url }) => [url.replace("/operations/op-1", ""), authorization]),
        [
          ["https://iam.api.cloud.yandex.net/iam/v1/tokens", undefined],
          ["https://operation.api.cloud.yandex.net", issued],
          ["https://iam.api.yandexcloud.kz/iam/v1/tokens", undefined],
          ["https://operation.api.yandexcloud.kz", issued],
          ["https://iam.api.cloud.yandex.net/iam/v1/tokens", undefined],
          ["https://llm.api.cloud.yandex.net", issued],
          ["https://iam.example.com/iam/v1/tokens", undefined],
          ["https://h.example.com", issued]
        ]
      )
    })
  )

  it.effect("take the key files that the environment names", () =>
    Effect.gen(function* () {
      const { write } = yield* folder
      const file = yield* write("key.json", keyText)
      const answers = yield* asked(undefined, {
        YC_SERVICE_ACCOUNT_KEY_FILE: keyText,
        OPWATCH_CLOUD_KZ_KEY_FILE: file
      })
      expect(answers).toMatchObject({
        cloud: "Bearer t1.issued.token to https://operation.api.cloud.yandex.net/operations/op-1",
        "cloud-kz": "Bearer t1.issued.token to https://operation.api.yandexcloud.kz/operations/op-1",
        "cloud-ai": "Bearer t1.issued.token to https://llm.api.cloud.yandex.net/operations/op-1"
      })
    })
  )
})
