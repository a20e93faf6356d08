import { assert, describe, it } from "@effect/vitest"
import * as CloudErrorAdvice from "../src/CloudErrorAdvice.ts"
import { failed } from "./Samples.ts"

const instance = {
  createdBy: "aje1",
  metadata: { "@type": "yandex.cloud.compute.v1.CreateInstanceMetadata", instanceId: "fhm2" }
}

const ofMessage = (message: string) => CloudErrorAdvice.ofMessage(failed(9, message, [], instance))

describe("a message that is recognised", () => {
  it.each([
    "The limit on maximum number of active operations has exceeded.",
    "the limit on maximum number of active operations has been exceeded"
  ])("as too many operations: %s", (message) => {
    const told = ofMessage(message)
    assert.match(told?.next?.[0]?.text ?? "", /^Too many operations run at the same time\. Wait/)
    assert.deepStrictEqual(told?.causes, [{ code: "FAILED_PRECONDITION", message, count: 1, items: [] }])
  })

  it.each([
    "Conflicting operation fhm3 detected",
    'conflicting operation "fhm3" detected',
    "Conflicting operation 'fhm3' detected.",
    "rpc error: conflicting operation: `fhm3` detected",
    "Conflicting operation «fhm3» detected"
  ])("as another operation in the way: %s", (message) => {
    assert.deepStrictEqual(ofMessage(message)?.next, [
      {
        text: "Operation fhm3 is changing the same thing. Wait until it has ended, then start this one again.",
        command: "opwatch wait cloud/fhm3"
      }
    ])
  })

  it.each([
    "Conflicting operation ../x detected",
    "Conflicting operation detected",
    "Conflicting operation; rm -rf detected"
  ])("never as a command that was not written by opwatch: %s", (message) => {
    const commands = ofMessage(message)?.next?.flatMap(({ command = [] }) => command) ?? []
    for (const command of commands) assert.match(command, /^opwatch wait cloud\/[\w.~-]+$/)
  })

  it.each([
    ["Quota limit compute.instances.count exceeded", "compute.instances.count", /is used up: free some/],
    ["Quota limit vpc.networks.count exceeded for cloud b1g", "vpc.networks.count", /is used up: free some/],
    ["The quota of ai.requests.rate is exceeded", "ai.requests.rate", /passes by itself/],
    ["The request exceeds the quota compute.disks.size", "compute.disks.size", /is used up/],
    ["Quota exceeded", undefined, /^Free some of what is limited/]
  ])("as a quota: %s", (message, metric, advice) => {
    const told = ofMessage(message)
    assert.deepStrictEqual(
      told?.causes?.map(({ code, field }) => [code, field]),
      [["QUOTA_EXCEEDED", metric]]
    )
    assert.match(told?.next?.[0]?.text ?? "", advice)
  })

  it("as nothing to change", () => {
    const told = ofMessage("No changes detected")
    assert.deepStrictEqual(told?.notes, ["Nothing had to be changed: what was asked for was so already."])
    assert.deepStrictEqual(told?.next, [
      { text: "That is often harmless. If instance fhm2 is as you want it, nothing is left to do." }
    ])
  })

  it.each(["Unknown error", "unknown error."])("as saying nothing: %s", (message) => {
    assert.match(
      ofMessage(message)?.next?.[0]?.text ?? "",
      /^The cloud tells no more than that\..*that of instance fhm2\.$/
    )
  })

  it.each([
    ["Unknown api key 'AQVN****'", /revoked, or belongs to the other installation/],
    ["Token is invalid or has expired.", /IAM tokens live 12 hours at most/]
  ])("as a credential: %s", (message, advice) => assert.match(ofMessage(message)?.next?.[0]?.text ?? "", advice))

  it("is looked for in reasonable time, however long the message", () => {
    const begin = performance.now()
    for (const part of ["quota ", "conflicting operation ", "-", "a-", "unknown error ", "exceed"]) {
      ofMessage(part.repeat(200_000))
    }
    assert.isBelow(performance.now() - begin, 1_000)
  })

  it.each(["", "Disk is busy", "Unknown error of disk epd1", "Operation was cancelled"])("is not: %j", (message) =>
    assert.isUndefined(ofMessage(message))
  )
})

describe("a code", () => {
  const told = (code: number) => CloudErrorAdvice.ofCode(failed(code, "No", [], instance)).next?.[0]?.text ?? ""

  it.each([
    [2, /^The cloud tells no more/],
    [3, /^Correct the request/],
    [4, /longer than the service allows.*look at instance fhm2/],
    [5, /does not exist/],
    [6, /exists already/],
    [7, /^Give the account that started it, aje1, the role .* not about the credential that opwatch asks with/],
    [8, /^A limit was reached/],
    [9, /^The state of instance fhm2/],
    [10, /^Another change/],
    [11, /^A value in the request/],
    [12, /cannot do this/],
    [13, /^The fault is in the cloud/],
    [14, /not tried again by itself/],
    [15, /^Data was lost/],
    [16, /^The credential of the account that started it, aje1, was not accepted/],
    [77, /^The cloud tells no more/]
  ])("%d says what to do", (code, advice) => assert.match(told(code), advice))

  it("needs neither a target nor a starter", () => {
    for (let code = 2; code <= 17; code += 1) {
      const [step] = CloudErrorAdvice.ofCode(failed(code, "No")).next ?? []
      assert.notInclude(step?.text ?? "undefined", "undefined")
    }
  })
})
