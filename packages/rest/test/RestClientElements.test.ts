import { assert, describe, expect, layer } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { answering, client, request, serve } from "./LocalServer.ts"

const reading = Effect.fnUntraced(function* (body: string) {
  const server = yield* answering(200, body, { "x-request-id": "r-1" })
  const { elements } = yield* client(server.url)
  return { server, elements: elements(request) }
})

layer(NodeHttpClient.layerUndici)("RestClient reading a list", (it) => {
  it.effect.each([
    ["[]", []],
    ["\n [ ] \n", []],
    ['[1, "щ", null, [2], {"a": {"b": "]"}}]', [1, "щ", null, [2], { a: { b: "]" } }]],
    ['{"type": "TASK_CREATE"}', [{ type: "TASK_CREATE" }]],
    [' \n{"a": [1, 2]}\n', [{ a: [1, 2] }]]
  ] as const)("takes %j for %j", ([body, expected]) =>
    Effect.gen(function* () {
      const { elements } = yield* reading(body)
      assert.deepStrictEqual<ReadonlyArray<unknown>>(yield* Stream.runCollect(elements), expected)
    })
  )

  it.effect("sends nothing before somebody reads, and one request each time that somebody does", () =>
    Effect.gen(function* () {
      const { elements, server } = yield* reading("[1]")
      assert.lengthOf(server.requests, 0)
      yield* Stream.runDrain(elements)
      yield* Stream.runDrain(elements)
      assert.lengthOf(server.requests, 2)
    })
  )

  it.effect("puts together letters and elements that come in pieces", () =>
    Effect.gen(function* () {
      const steps = Array.from({ length: 20 }, (_, index) => ({ index, text: "щ😀" }))
      const bytes = Buffer.from(`  ${JSON.stringify(steps)}`)
      const server = yield* serve((_, response) => {
        const send = (index: number): void => {
          if (index >= bytes.length) return void response.end()
          response.write(bytes.subarray(index, index + 3), () => setImmediate(send, index + 3))
        }
        send(0)
      })
      const { elements } = yield* client(server.url)
      assert.deepStrictEqual<ReadonlyArray<unknown>>(yield* Stream.runCollect(elements(request)), steps)
    })
  )

  describe("fails as malformed", () => {
    it.effect.each([
      ["nothing", ""],
      ["a page", "<html></html>"],
      ["a null", "null"],
      ["a number", "17"],
      ["a mistake", '[{"a": 1}, {"open_pool" : fase}]'],
      ["two lists", "[1][2]"],
      ["two objects", "{}{}"],
      ["a list cut off between elements", '[{"a": 1},'],
      ["a list cut off within one", '[{"a": 1}, {"a": '],
      ["an object cut off", '{"a": 1']
    ] as const)("for %s", ([, body]) =>
      Effect.gen(function* () {
        const { elements, server } = yield* reading(body)
        const error = yield* Effect.flip(Stream.runDrain(elements))
        assert.strictEqual(error.reason._tag, "MalformedAnswer")
        assert.strictEqual(error.requestId, "r-1")
        assert.isTrue(error.message.startsWith(`the answer of ${server.host} is not a JSON array: `), error.message)
      })
    )

    it.effect("naming the character at which it breaks", () =>
      Effect.gen(function* () {
        const { elements, server } = yield* reading('[{"n": 1}, {"n": oops}]')
        const error = yield* Effect.flip(Stream.runDrain(elements))
        expect(error.message.replace(server.host, "<host>")).toMatchInlineSnapshot(
          `"the answer of <host> is not a JSON array: Invalid JSON value at character 11"`
        )
      })
    )

    it.effect("for an element that is nested without end", () =>
      Effect.gen(function* () {
        const { elements } = yield* reading("[".repeat(100_000))
        assert.strictEqual((yield* Effect.flip(Stream.runDrain(elements))).reason._tag, "MalformedAnswer")
      })
    )
  })

  it.effect("fails as unavailable where the connection breaks, after what came before", () =>
    Effect.gen(function* () {
      const server = yield* serve((_, response) => {
        response.writeHead(200).write('[{"n": 1}, {"n": 2}, {"n"', () => response.destroy())
      })
      const { elements } = yield* client(server.url)
      const seen: Array<unknown> = []
      const error = yield* Effect.flip(
        Stream.runForEach(elements(request), (element) => Effect.sync(() => seen.push(element)))
      )
      assert.strictEqual(error.reason._tag, "Unavailable")
      assert.strictEqual(error.message, `${server.host} did not answer: the connection was closed`)
      assert.deepStrictEqual(seen, [{ n: 1 }, { n: 2 }])
    })
  )

  it.effect("is refused as any other request", () =>
    Effect.gen(function* () {
      const server = yield* answering(404, "")
      const { elements } = yield* client(server.url)
      const error = yield* Effect.flip(Stream.runDrain(elements(request)))
      assert.strictEqual(error.reason._tag, "OperationNotFound")
    })
  )

  it.effect(
    "reads a hundred thousand elements without holding them, and no faster than they are taken",
    () =>
      Effect.gen(function* () {
        const count = 100_000
        const input = "x".repeat(1_000)
        let sent = 0
        const server = yield* serve((_, response) => {
          response.write("[")
          const more = () => {
            while (sent < count) {
              const step = JSON.stringify({ type: "TASK_CREATE", success: true, index: sent, input })
              if (!response.write(`${sent++ === 0 ? "" : ","}${step}`)) return void response.once("drain", more)
            }
            response.end("]")
          }
          more()
        })
        const { elements } = yield* client(server.url)
        const before = process.memoryUsage().heapUsed
        let read = 0
        let ahead = 0
        let most = 0
        yield* Stream.runForEach(elements(request), () =>
          Effect.sync(() => {
            read++
            if (read % 1_000 !== 0) return
            ahead = Math.max(ahead, sent - read)
            most = Math.max(most, process.memoryUsage().heapUsed - before)
          })
        )
        assert.strictEqual(read, count)
        // All of it is over 100 MB of text.
        assert.isBelow(ahead, count / 3)
        assert.isBelow(most, 80 * 1024 * 1024)
      }),
    30_000
  )
})
