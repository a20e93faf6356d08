/** Whatever is asked of the server, it answers as its OpenAPI document says it may. */
import { assert, layer } from "@effect/vitest"
import { Validator } from "@seriousme/openapi-schema-validator"
import * as Effect from "effect/Effect"
import * as AnyRequest from "./AnyRequest.ts"
import * as Choices from "./Choices.ts"
import * as Contract from "./Contract.ts"
import * as Document from "./Document.ts"
import * as Exchange from "./Exchange.ts"
import * as FuzzScene from "./FuzzScene.ts"
import * as HostileProvider from "./HostileProvider.ts"
import { malformed, unfinished } from "./Malformed.ts"

/** The campaign has more, and a source that is down, whose events take their time to begin. */
const cases = process.env["OPWATCH_CASES"]
const runs = Number(cases ?? 250)

/** Without one, chance has a new one each time; a failure names how to see it again. */
const seed = process.env["OPWATCH_SEED"]
const replay = process.env["OPWATCH_REPLAY"]

const durations = ["0s", "1ms", "20ms", "50ms", "100ms", "0.5s", "601s", "1h30m", "-1s", "1x"]

const pools = {
  source: [
    ...Array.from({ length: 20 }, () => "hostile"),
    "cloud",
    "toloka",
    "cloud",
    "toloka",
    ...(cases === undefined ? [] : ["down"]),
    "nowhere",
    "a".repeat(300)
  ],
  id: [
    ...HostileProvider.ids,
    "57068577e4b0bf7b07a0256f",
    "5a3e6c0be4b0bf7b07a02570",
    "fhmdone0emulator0001",
    "op:cancel",
    "a".repeat(500),
    "a".repeat(501),
    "a".repeat(8_000)
  ],
  maxAge: durations,
  price: durations,
  timeout: durations.filter((text) => text !== "601s"),
  wait: durations,
  pageSize: ["1", "2", "1000", "10000", "10001", "0", "007"],
  pageToken: ["1", "0", "5", "999999999999999", "MQ", "a".repeat(200), "~"],
  limit: ["1", "3", "0", "1e3"],
  since: ["2024-05-06T07:08:09Z", "2024-05-06T07:08:09.123456789+03:00", "0001-01-01T00:00:00Z", "2024-05-06"],
  kind: [...HostileProvider.ids, "kind"],
  resource: ["compute/instances/one", "misconfigured", "query"],
  label: ["a=b", "a=", "job=x=y", "a/b=c"],
  lastEventId: ["0", "1", "5", "007", "9007199254740991", "9007199254740992"],
  "last-event-id": ["0", "1", "5", "s1x", "9007199254740991", "9007199254740992"],
  setbacks: ["true", "false", "TRUE"],
  done: ["true", "false"],
  deadline: ["1h", "50ms", "0s", "2030-01-02T03:04:05+03:00", "0001-01-01T00:00:00Z", "8000000h", "tomorrow"],
  ref: [
    "hostile/running",
    "hostile/turning",
    "hostile/absent",
    "cloud/fhmdone0emulator0001",
    "nowhere/x",
    "http://127.0.0.1:1/hostile/operations/odd",
    "http://127.0.0.1:1/hostile/operations/odd/log",
    "file:///etc/passwd",
    `hostile/${"a".repeat(5_000)}`,
    "hostile/a:cancel"
  ],
  url: [
    "https://example.com/hook",
    "http://127.0.0.1:9/",
    "http://[::1]/",
    "ftp://x",
    "//x",
    `https://x/${"a".repeat(9_000)}`
  ],
  secret: ["whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "whsec_", "secret"],
  name: ["a", "job", "a/b", "é", "", "__proto__", "a".repeat(64)],
  value: ["b", "", "é".repeat(255), "é".repeat(256)]
}

/** A wait that goes on longer than anybody here does. */
const mayWait = ({ target }: AnyRequest.AnyRequest): boolean =>
  /\/wait(\?|$)/.test(target) || /\/summary\?.*\bwait=/.test(target)

const bytesOf = ({ body, chunked, headers, method, target }: AnyRequest.AnyRequest): Buffer => {
  const own = headers.some(([name]) => name === "host") ? [] : [["host", "127.0.0.1"] as const]
  const framing =
    body === undefined
      ? []
      : chunked
        ? [["transfer-encoding", "chunked"] as const]
        : [["content-length", String(body.length)] as const]
  const lines = [...own, ...headers, ...framing, ["connection", "close"] as const].map(
    ([name, value]) => `${name}: ${value}`
  )
  const sent =
    body === undefined
      ? Buffer.alloc(0)
      : chunked
        ? Buffer.concat([
            ...(body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n")]),
            Buffer.from("0\r\n\r\n")
          ])
        : body
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`, "latin1"), sent])
}

layer(FuzzScene.FuzzScene.layer, { excludeTestServices: true, timeout: "30 seconds" })("the server", (it) => {
  it.effect("describes itself in a document that a validator accepts, and leaves nothing in it without a word", () =>
    Effect.gen(function* () {
      const { document } = yield* FuzzScene.FuzzScene
      const { errors, valid } = yield* Effect.promise(() => new Validator().validate({ ...document }))
      assert.isTrue(valid, JSON.stringify(errors))
      const all = Document.places(document)
      assert.strictEqual(new Set(all.map(({ endpoint }) => endpoint.operationId)).size, all.length)
      for (const { endpoint, method, path } of all) {
        assert.isNotEmpty(endpoint.summary, `${method} ${path}`)
        for (const { description, name } of endpoint.parameters) {
          assert.isNotEmpty(description ?? "", `${method} ${path}: ${name}`)
        }
        for (const [status, { content, description }] of Object.entries(endpoint.responses)) {
          assert.isNotEmpty(description, `${method} ${path}: ${status}`)
          if (Number(status) >= 400)
            assert.hasAllKeys(content, ["application/problem+json"], `${method} ${path}: ${status}`)
        }
      }
    })
  )

  it.effect("refuses what is no HTTP and closes the connection, and answers others as before", () =>
    Effect.gen(function* () {
      const { keys, port } = yield* FuzzScene.FuzzScene
      yield* Effect.forEach(
        Object.entries(malformed),
        ([what, text]) =>
          Effect.gen(function* () {
            const signed = text.replace("content-type:", `authorization: Bearer ${keys["all"]}\r\ncontent-type:`)
            const { answer, isClosed } = yield* Exchange.send(Buffer.from(signed, "latin1"), { port, patience: 5_000 })
            assert.isTrue(isClosed, `${what}: the connection stays open`)
            assert.isTrue(
              answer !== undefined && answer.status >= 400 && answer.status < 500,
              `${what}: ${answer?.status}`
            )
          }),
        { concurrency: 8 }
      )
      for (const text of Object.values(unfinished)) {
        yield* Exchange.send(Buffer.from(text, "latin1"), { port, patience: 50 })
      }
      const { answer } = yield* Exchange.send(
        Buffer.from("GET /readyz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"),
        { port }
      )
      assert.strictEqual(answer?.status, 200)
    })
  )

  it.effect.prop(
    "gives any request from its document an answer that the document allows",
    [Choices.tape],
    ([tape]) =>
      Effect.gen(function* () {
        const { document, errors, keys, port } = yield* FuzzScene.FuzzScene
        contract ??= Contract.make(document)
        any ??= AnyRequest.make(document, { keys, pools })
        const request = any(Choices.make(tape))
        const { answer } = yield* Exchange.send(bytesOf(request), { port, patience: mayWait(request) ? 150 : 10_000 })
        const tell = (what: string) =>
          `${what}\n${bytesOf(request).toString("latin1").slice(0, 3_000)}\n--\n${answer?.status} ${JSON.stringify([...(answer?.headers ?? [])])}\n${answer?.body.toString().slice(0, 2_000)}`
        if (answer === undefined) return assert.isTrue(mayWait(request), tell("there was no answer"))
        const complaint = contract.complaint(request, answer)
        assert.isUndefined(complaint, tell(complaint ?? ""))
        assert.notStrictEqual(answer.status, 500, tell("a 500"))
        const logged = errors.splice(0)
        assert.isEmpty(logged, tell(`an error was logged: ${logged.join("\n")}`))
        for (const key of Object.values(keys)) assert.isFalse(answer.body.includes(key), tell("a key is told"))
        const scope = contract.placeOf(request)?.endpoint["x-opwatch-scope"]
        const isAllowed = scope === undefined || FuzzScene.scopesOf(request.key).some((own) => own === scope)
        if (!isAllowed) assert.isTrue(answer.status >= 400, tell(`it needs the scope ${scope}`))
      }),
    { arbitrary: { runs, seed, replay, concurrency: 16, maxShrinks: 300 }, timeout: 60_000 + runs * 200 }
  )
})

let contract: Contract.Contract | undefined
let any: ReturnType<typeof AnyRequest.make> | undefined
