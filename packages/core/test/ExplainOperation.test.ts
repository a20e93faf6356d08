import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { empty } from "../src/Diagnosis.ts"
import { explainOperation } from "../src/ExplainOperation.ts"
import type { LogDigest } from "../src/LogDigest.ts"
import type { LogStep } from "../src/LogStep.ts"
import { Forbidden, OperationNotFound, type ProviderError, Unsupported } from "../src/ProviderError.ts"
import { error, operation } from "./Samples.ts"
import * as ScriptedProvider from "./ScriptedProvider.ts"

const failed: LogStep = {
  ref: "toloka/op-1",
  index: 0,
  type: "TASK_VALIDATE",
  success: false,
  errors: [{ code: "VALUE_REQUIRED", message: "must be there" }],
  raw: {}
}

const withLog = (steps: Stream.Stream<LogStep, ProviderError>, log = true) => {
  const { provider } = ScriptedProvider.make(Effect.succeed(operation("failed")))
  const asked = { logs: 0, digest: undefined as LogDigest | undefined }
  return {
    asked,
    provider: {
      ...provider,
      capabilities: { ...provider.capabilities, log },
      log: () => {
        asked.logs += 1
        return steps
      },
      diagnose: (_: unknown, digest: LogDigest) => {
        asked.digest = digest
        return empty
      }
    }
  }
}

describe("explaining an operation", () => {
  it.effect("reads the log, and shows it to the provider's rules", () =>
    Effect.gen(function* () {
      const { asked, provider } = withLog(Stream.make(failed))
      const { causes } = yield* explainOperation(provider, operation("failed"))
      assert.deepStrictEqual(causes, [{ code: "VALUE_REQUIRED", message: "must be there", count: 1, items: [0] }])
      assert.deepStrictEqual(asked.digest?.failures[0]?.first, failed)
    })
  )

  it.effect("reads none before there can be one, nor where the provider keeps none", () =>
    Effect.gen(function* () {
      const running = withLog(Stream.make(failed))
      yield* explainOperation(running.provider, operation("running"))
      const without = withLog(Stream.make(failed), false)
      yield* explainOperation(without.provider, operation("failed"))
      assert.deepStrictEqual([running.asked.logs, without.asked.logs], [0, 0])
      yield* explainOperation(running.provider, operation("running", { counts: { total: 1 } }))
      assert.strictEqual(running.asked.logs, 1)
    })
  )

  it.effect.each([new Unsupported(), new OperationNotFound()])(
    "takes a log that is not there for a fact: %j",
    (reason) =>
      Effect.gen(function* () {
        const missing = error(reason)
        const { asked, provider } = withLog(Stream.fail(missing))
        const { causes } = yield* explainOperation(provider, operation("failed"))
        assert.deepStrictEqual(causes, [])
        assert.strictEqual(asked.digest?.missing, missing)
      })
  )

  it.effect("fails where the log cannot be read", () =>
    Effect.gen(function* () {
      const { provider } = withLog(Stream.fail(error(new Forbidden())))
      const failure = yield* Effect.flip(explainOperation(provider, operation("failed")))
      assert.strictEqual(failure.reason._tag, "Forbidden")
    })
  )
})
