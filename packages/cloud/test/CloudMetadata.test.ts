import { assert, describe, it } from "@effect/vitest"
import type { Json, JsonObject } from "effect/Schema"
import { kindOf, progressOf, targetOf } from "../src/CloudMetadata.ts"

const typed = (name: string, fields: JsonObject = {}): JsonObject => ({
  "@type": `type.googleapis.com/yandex.cloud.${name}`,
  ...fields
})

describe("the kind", () => {
  it.each([
    ["type.googleapis.com/yandex.cloud.compute.v1.CreateInstanceMetadata", "yandex.cloud.compute.v1.CreateInstance"],
    ["yandex.cloud.compute.v1.CreateInstanceMetadata", "yandex.cloud.compute.v1.CreateInstance"],
    ["example.com/types/a.b.MetadataUpdateMetadata", "a.b.MetadataUpdate"],
    ["type.googleapis.com/google.protobuf.Empty", "google.protobuf.Empty"]
  ])("of %s is %s", (type, kind) => assert.strictEqual(kindOf({ "@type": type }), kind))

  it.each([undefined, null, 5, "", "type.googleapis.com/", "Metadata"])("of %j is unknown", (type) => {
    assert.isUndefined(kindOf(type === undefined ? {} : { "@type": type }))
  })
})

describe("the target", () => {
  it.each([
    [typed("compute.v1.CreateInstanceMetadata", { instanceId: "fhm1" }), { type: "instance", id: "fhm1" }],
    [typed("mdb.v1.M", { clusterId: "c9q1", subclusterId: "s" }), { type: "cluster", id: "c9q1" }],
    [typed("compute.v1.M", { instanceGroupId: "g", instanceId: "i" }), { type: "instanceGroup", id: "g" }],
    [typed("compute.v1.M", { progressPercentage: 5, diskId: "d" }), { type: "disk", id: "d" }],
    [typed("compute.v1.M", { snapshotId: "", diskId: "d" }), { type: "disk", id: "d" }],
    [typed("storage.v1.CreateBucketMetadata", { name: "photos" }), { type: "bucket", id: "photos" }],
    [typed("storage.v1.M", { bucketId: "b", name: "photos" }), { type: "bucket", id: "b" }],
    [typed("kms.v1.CreateKeyMetadata", { id: "k" }), { type: "key", id: "k" }],
    [typed("kms.v1.UpdateSymmetricKeyMetadata", { id: "k" }), { type: "symmetricKey", id: "k" }],
    [typed("iam.v1.M", { apiKeyIds: ["a"] }), { type: "apiKey", id: "a" }],
    [{ id: "k" }, { type: "resource", id: "k" }]
  ])("of %j is %j", (metadata, target) => assert.deepStrictEqual(targetOf(metadata), target))

  it.each<JsonObject>([
    {},
    typed("compute.v1.CreateInstanceMetadata"),
    typed("iam.v1.M", { apiKeyIds: ["a", "b"] }),
    typed("iam.v1.M", { apiKeyIds: [] }),
    typed("iam.v1.M", { apiKeyIds: [5] }),
    typed("iam.v1.M", { name: "not a bucket" }),
    typed("iam.v1.M", { instanceId: 5 }),
    typed("iam.v1.M", { instanceId: null }),
    typed("iam.v1.M", { Id: "x", valid: "x" }),
    typed("iam.v1.M", { id: "" })
  ])("of %j is not guessed", (metadata) => assert.isUndefined(targetOf(metadata)))
})

describe("the progress", () => {
  it.each<readonly [JsonObject, number]>([
    [{ progressPercentage: 40 }, 40],
    [{ progressPercentage: "40" }, 40],
    [{ progressPercentage: 99.9 }, 99],
    [{ progressPercentage: 0 }, 0],
    [{ currentStep: 1, totalSteps: 3 }, 33],
    [{ currentStep: "2", totalSteps: "3" }, 66],
    [{ completedBatches: 3, totalBatches: 3 }, 100],
    [{ processedRows: "999999999999", totalRows: "1000000000000" }, 99],
    [{ progress: { progress: 12.5 } }, 12],
    [{ progressPercentage: null, currentStep: 1, totalSteps: 2 }, 50]
  ])("of %j is %d", (metadata, percent) => assert.strictEqual(progressOf(metadata), percent))

  it.each<JsonObject>([
    {},
    { progress: 50 },
    { progress: null },
    { progressPercentage: 101 },
    { progressPercentage: -1 },
    { progressPercentage: "half" },
    { currentStep: 1 },
    { totalSteps: 3 },
    { currentStep: 1, totalSteps: 0 },
    { currentStep: 0, totalSteps: 0 },
    { currentStep: 4, totalSteps: 3 },
    { processedRows: "9".repeat(400), totalRows: "9".repeat(400) }
  ])("of %j is unknown", (metadata) => assert.isUndefined(progressOf(metadata)))

  it("of any two counters is a whole percent", () => {
    const values: ReadonlyArray<Json> = [0, 1, 2, 7, 100, 1e300, 5e-324, -0, 0.1, "3", true, null, [], {}]
    for (const currentStep of values) {
      for (const totalSteps of values) {
        const percent = progressOf({ currentStep, totalSteps }) ?? 0
        assert.isTrue(Number.isInteger(percent) && percent >= 0 && percent <= 100, `${currentStep} of ${totalSteps}`)
      }
    }
  })
})
