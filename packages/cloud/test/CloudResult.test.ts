import { assert, describe, it } from "@effect/vitest"
import * as LogDigest from "@opwatch/core/LogDigest"
import type { Operation } from "@opwatch/core/Operation"
import * as Rule from "@opwatch/core/Rule"
import * as StateMachine from "@opwatch/core/StateMachine"
import type { JsonObject } from "effect/Schema"
import { rules } from "../src/CloudResult.ts"
import { failed, operation } from "./Samples.ts"

const said = (about: Operation) => {
  const { next, notes = [] } = Rule.apply(rules, { operation: about, log: LogDigest.empty })
  return [...notes, ...next.map(({ command, text }) => (command === undefined ? text : `${text} [${command}]`))]
}
const done = (sent: JsonObject) => operation({ done: true, modifiedAt: "2024-03-05T10:00:05Z", ...sent })
const fetch =
  "Fetch the text from SpeechKit within 3 days: GET https://stt.api.cloud.yandex.net/stt/v3/getRecognition?operation_id=fhm1"

describe("an operation that ended without a result", () => {
  it.each([
    { description: "STT v3 async recognition" },
    { metadata: { "@type": "type.googleapis.com/yandex.cloud.ai.stt.v3.RecognizeFileMetadata" } }
  ])("is a recognition whose text is elsewhere: %j", (sent) => {
    assert.deepStrictEqual(said(done(sent)), [
      "The recognised text is not in the operation, as usual for speech recognition v3.",
      fetch
    ])
  })

  it("is usual for audit trails", () => {
    const metadata = { "@type": "type.googleapis.com/yandex.cloud.audittrails.v1.CreateTrailMetadata", trailId: "cnp1" }
    assert.deepStrictEqual(said(done({ metadata })), [
      "It came without a result, as usual for Audit Trails: there is nothing to fetch."
    ])
  })

  it("is no error elsewhere", () => {
    assert.deepStrictEqual(said(done({ description: "Delete disk" })), ["It came without a result, which is no error."])
  })

  it("is none that runs, failed, or has an empty result", () => {
    const empty = { "@type": "type.googleapis.com/google.protobuf.Empty", value: {} }
    for (const about of [operation({}), failed(13, "No"), done({ response: empty })]) {
      assert.deepStrictEqual(said(about), [])
    }
  })
})

describe("a result of an AI service", () => {
  const response = { "@type": "type.googleapis.com/yandex.cloud.ai.foundation_models.v1.CompletionResponse" }

  it.each([{ response }, { description: "Async GPT Completion", response: {} }])(
    "is kept for three days: %j",
    (sent) => {
      assert.deepStrictEqual(said(done(sent)), [
        "Save the result: it is kept for 3 days only, until 2024-03-08 10:00 UTC. [opwatch get cloud/fhm1 --json]"
      ])
    }
  )

  it("is told without a date where the end is not known, or the time is up", () => {
    const text = "Save the result: it is kept for 3 days only. [opwatch get cloud/fhm1 --json]"
    assert.deepStrictEqual(said(operation({ done: true, response })), [text])
    assert.deepStrictEqual(said(done({ modifiedAt: "2024-03-01T00:00:00Z", response })), [text])
  })

  it("may be why the operation is lost", () => {
    const running = operation({ description: "Async GPT Completion" })
    assert.deepStrictEqual(said(StateMachine.lose(running, running.observedAt)), [
      "Results of AI services are kept for 3 days."
    ])
  })

  it("is nothing else's", () => {
    const disk = { "@type": "type.googleapis.com/yandex.cloud.compute.v1.Disk" }
    assert.deepStrictEqual(said(done({ description: "Create disk", response: disk })), [])
  })
})
