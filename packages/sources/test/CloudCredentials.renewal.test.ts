import { assert, describe, expect, it } from "@effect/vitest"
import * as PollPlan from "@opwatch/core/PollPlan"
import * as Watch from "@opwatch/core/Watch"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { counts, guarded, id, keyText, place, printIamToken, provider, secrets } from "./CloudScene.ts"
import { folder } from "./Workspace.ts"

const kinds = ["serviceAccountKey", "oauth", "metadata", "workloadIdentity", "tokenCommand"] as const

/** A token of two seconds is renewed when a tenth of that is left. */
const renewedAfter = 1_800

describe.concurrent("a wait of six seconds with tokens of two", () => {
  it.live.each(kinds)(
    "takes one exchange for each of them by %s, and no waiter notices",
    (kind) =>
      Effect.gen(function* () {
        const { url } = yield* Emulator
        const { write } = yield* folder
        const script = yield* write("token.mjs", printIamToken)
        const auth = {
          serviceAccountKey: { kind, keyEnv: "KEY" },
          oauth: { kind, tokenEnv: "OAUTH" },
          metadata: { kind },
          workloadIdentity: { kind, serviceAccountId: "ajesa", tokenEnv: "SUBJECT" },
          tokenCommand: { kind: "iamToken", tokenCommand: [process.execPath, script, url] }
        }[kind]
        const here = yield* provider(auth, { KEY: keyText, OAUTH: secrets.oauth, SUBJECT: secrets.subject })
        yield* place({ steps: [{ after: "6s", set: { done: true, response: {} } }] })
        const begin = yield* Clock.currentTimeMillis
        const plan = PollPlan.fixed(Duration.millis(100))
        const waits = Array.from({ length: 5 }, () => Stream.runCollect(Watch.wait(here, id, { plan })))
        const all = yield* Effect.all(waits, { concurrency: "unbounded" })
        const elapsed = (yield* Clock.currentTimeMillis) - begin

        const succeeded = { _tag: "Observed", operation: { state: "succeeded" } }
        for (const events of all) expect(events.at(-1)).toMatchObject(succeeded)
        assert.lengthOf(all.flat().filter(Watch.$is("Setback")), 0)
        const { get, token } = yield* counts
        // On a machine that is busy a request may arrive when its token has just ended: that costs one more each.
        assert.isAtMost(get, all.flat().length + waits.length * token)
        assert.isAtLeast(token, 3)
        assert.isAtMost(token, 1 + Math.floor(elapsed / renewedAfter))
      }).pipe(Effect.provide(Layer.fresh(guarded("2s")))),
    20_000
  )
})
