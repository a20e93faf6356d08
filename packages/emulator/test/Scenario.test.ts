import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Scenario from "../src/Scenario.ts"

const messageOf = (input: unknown) =>
  Effect.map(Effect.flip(Scenario.decode(input)), (error) => {
    assert.strictEqual(error._tag, "InvalidDocument")
    return error.message
  })

describe("Scenario.decode", () => {
  it.effect("takes operations and faults, with everything else by default", () =>
    Effect.gen(function* () {
      const { faults, operations } = yield* Scenario.decode({
        operations: [{ api: "toloka" }, { api: "cloud", cancel: "ignored" }],
        faults: [{ kind: "reset" }]
      })
      assert.deepStrictEqual(operations, [
        { api: "toloka", operation: {}, steps: [] },
        { api: "cloud", operation: {}, steps: [], cancel: "ignored" }
      ])
      assert.deepStrictEqual(faults, [{ kind: "reset", rate: 1, seed: 1 }])
    })
  )

  it.effect.each([
    [undefined, "scenario: Expected object"],
    [{}, "operations: Missing key"],
    [{ operations: {} }, "operations: Expected array"],
    [{ operations: [{}] }, 'operations[0]: Expected a script: an object with api "toloka" or "cloud"'],
    [
      { operations: [{ api: "toloka", step: [] }] },
      "operations[0].step: Unknown field; known here: api, id, operation"
    ],
    [{ operations: [{ api: "toloka", id: "a/b" }] }, "operations[0].id: Expected letters, digits and ._~-"],
    [{ operations: [{ api: "toloka", id: ".." }] }, "operations[0].id: Expected letters, digits and ._~-"],
    [{ operations: [{ api: "toloka", cancel: "ignored" }] }, "operations[0].cancel: Unknown field"],
    [{ operations: [{ api: "cloud", log: [] }] }, "operations[0].log: Unknown field"],
    [{ operations: [{ api: "cloud", cancel: "no" }] }, 'operations[0].cancel: Expected { after: <duration> }, "unsupp'],
    [{ operations: [{ api: "cloud", cancel: { after: "x" } }] }, "operations[0].cancel.after: Expected a duration"],
    [{ operations: [{ api: "cloud", steps: [{ after: "x" }] }] }, "operations[0].steps[0].after: Expected a duration"],
    [{ operations: [{ api: "cloud", steps: [{ httpStatus: 99 }] }] }, "operations[0].steps[0].httpStatus: Expected an"],
    [{ operations: [{ api: "cloud", cancelVerb: "PUT" }] }, 'operations[0].cancelVerb: Expected "GET" | "POST"'],
    [
      { operations: [{ api: "toloka", log: "gone" }] },
      "operations[0].log: Expected a list of steps, { generate: { count"
    ],
    [{ operations: [{ api: "toloka", log: { generate: {} } }] }, "operations[0].log.generate.count: Missing key"],
    [
      { operations: [{ api: "toloka", log: { generate: { count: 1, failEvery: 0 } } }] },
      "operations[0].log.generate.failEvery: Expected every which step fails, 1 or more"
    ],
    [
      { operations: [{ api: "toloka", log: { generate: { count: -1 } } }] },
      "operations[0].log.generate.count: Expected a count of 0 or more"
    ],
    [{ operations: [], operationTime: "soon" }, "operationTime: Expected a duration"],
    [{ operations: [], faults: [{ kind: "boom" }] }, "faults[0]: Expected a fault: an object whose kind is one of"],
    [{ operations: [], faults: [{ kind: "slow", rate: 2 }] }, "faults[0].rate: Expected a share of requests from 0 to"],
    [{ operations: [], faults: [{ kind: "slow", times: -1 }] }, "faults[0].times: Expected a count of 0 or more"],
    [{ operations: [], faults: [{ kind: "reset", retryAfter: 1 }] }, "faults[0].retryAfter: Unknown field"]
  ] as const)("names the place and what would be right: %#", ([input, expected]) =>
    Effect.gen(function* () {
      const message = yield* messageOf(input)
      assert.isTrue(message.startsWith(expected), message)
    })
  )

  it.effect("tells of several mistakes, one a line", () =>
    Effect.gen(function* () {
      const message = yield* messageOf({ operations: [{ api: "x" }, { api: "toloka", id: "" }] })
      assert.strictEqual(message.split("\n").length, 2)
    })
  )
})
