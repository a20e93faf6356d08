import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as CloudResources from "../src/CloudResources.ts"

const refused = (text: string) =>
  Result.match(CloudResources.parse(text), { onSuccess: () => assert.fail(text), onFailure: (problem) => problem })

const read = (text: string) => Result.getOrThrow(CloudResources.parse(text))

describe("A resource", () => {
  it.each([
    ["compute/instances/fhm1", "/compute/v1/instances/fhm1/operations", ["compute"]],
    [
      "managed-postgresql/clusters/c9q",
      "/managed-postgresql/v1/clusters/c9q/operations",
      ["managed-postgresql", "mdb"]
    ],
    [
      "managed-kubernetes/nodeGroups/cat",
      "/managed-kubernetes/v1/nodeGroups/cat/operations",
      ["managed-kubernetes", "k8s"]
    ],
    ["functions/functions/d4e", "/functions/v1/functions/d4e/operations", ["functions", "serverless-functions"]],
    ["audit-trails/trails/cnp", "/audit-trails/v1/trails/cnp/operations", ["audit-trails", "audittrails"]],
    ["apploadbalancer/httpRouters/ds7", "/apploadbalancer/v1/httpRouters/ds7/operations", ["apploadbalancer", "alb"]]
  ])("%s has its operations at %s", (text, path, endpoints) => {
    const resource = read(text)
    assert.strictEqual(resource.path, path)
    assert.deepStrictEqual([...resource.endpoints], endpoints)
  })

  it.each([
    ["compute/instances/a", false],
    ["compute/instanceGroups/a", true],
    ["managed-kubernetes/clusters/a", true],
    ["triggers/triggers/a", true],
    ["managed-mysql/clusters/a", false]
  ])("%s has a list with a filter: %s", (text, hasFilter) => {
    assert.strictEqual(read(text).hasFilter, hasFilter)
  })

  it.each(["", "storage/buckets/b", "instances/fhm1", "/compute/instances/fhm1", "constructor/a/b"])(
    "that is not known, as in %j, is told all that are",
    (text) => {
      const { hint, message } = refused(text)
      assert.strictEqual(message, `"${text}" is no resource whose operations can be listed`)
      assert.match(hint, /compute\/\{instances,disks,.*managed-\{postgresql,.*\}\/clusters$/)
      assert.isBelow(hint.length, 1_200)
    }
  )

  it("that is not known in its service is told those of the service", () => {
    assert.strictEqual(
      refused("vpc/vpns/enp1").hint,
      "right would be vpc/{networks,subnets,addresses,gateways,routeTables,securityGroups,endpoints}/<id>"
    )
    assert.strictEqual(refused("kms/key/1").hint, "right would be kms/keys/<id>")
  })

  it.each(["", ".", "..", "a/b", "a:cancel", "a?b", "a#b", "a%2fb", "ä", "a b", "a/"])(
    "with the id %j is refused",
    (id) => {
      assert.strictEqual(
        refused(`compute/disks/${id}`).hint,
        "after compute/disks/ comes an id: one path segment of letters, digits and ._~-"
      )
    }
  )
})
