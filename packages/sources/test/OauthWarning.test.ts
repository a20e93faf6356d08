import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { vi } from "vitest"
import { services } from "./Workspace.ts"

layer(services)("the end of OAuth tokens in the cloud", (it) => {
  it.effect("is announced at the first exchange of the process, and not again", () =>
    Effect.gen(function* () {
      vi.resetModules()
      const { asked } = yield* Effect.promise(() => import("./Recording.ts"))
      const logged: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => void logged.push(`${logLevel}: ${String(message)}`))
      const said = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        Effect.andThen(
          Effect.provide(effect, Logger.layer([logger])),
          Effect.sync(() => logged.splice(0))
        )
      const others = { TOLOKA_TOKEN: "y0_a", YC_IAM_TOKEN: "t1.a.b" }
      assert.deepStrictEqual(yield* said(asked(undefined, others)), [])
      assert.deepStrictEqual(yield* said(asked(undefined, { YC_TOKEN: "y0_hush" })), [
        "Warn: OAuth tokens are announced to stop working with Yandex Cloud in late 2026: move to a service account key or workload identity"
      ])
      assert.deepStrictEqual(yield* said(asked(undefined, { OPWATCH_CLOUD_KZ_TOKEN: "y0_hush" })), [])
    })
  )
})
