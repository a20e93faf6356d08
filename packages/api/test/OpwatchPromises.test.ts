/** Against servers made here, which break connections as they like; that the real one is understood is tested with the examples. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { text } from "node:stream/consumers"
import { assert, describe, expect, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { OpwatchError, OpwatchPromises } from "../src/OpwatchPromises.ts"

const ref = "cloud/op-1"
const id = { ref, source: "cloud", provider: "cloud", id: "op-1", observedAt: "2024-05-06T07:08:09Z" } as const
const running = { ...id, state: "running", done: false } as const
const succeeded = { ...id, state: "succeeded", done: true } as const

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void

/** Answers one request after the other, the last of them ever again; what was asked is kept, and when a reader has gone. */
const start = async (...answers: ReadonlyArray<Answer>) => {
  const asked: Array<string> = []
  const headers: Array<IncomingMessage["headers"]> = []
  let closed = 0
  const server = createServer((request, response) => {
    response.once("close", () => (closed += 1))
    headers.push(request.headers)
    const count = asked.push(`${request.method} ${request.url}`)
    answers[Math.min(count, answers.length) - 1]?.(request, response, count)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`
  return { url, asked, headers, closed: () => closed, client: new OpwatchPromises({ url, apiKey: secret }) }
}

const secret = "opw_a-secret-key"

const json =
  (value: unknown, status = 200, headers = {}): Answer =>
  (_, response) =>
    void response.writeHead(status, headers).end(JSON.stringify(value))

const problem = (name: string, status: number, more: object = {}) =>
  json({ type: `urn:opwatch:problem:${name}`, status, title: name, detail: `it is ${name}`, ...more }, status)

const hangUp: Answer = (_, response) => void response.destroy()

/** Sends these messages, and goes on without a word or breaks the connection. */
const events =
  (messages: ReadonlyArray<{ readonly id?: string; readonly event: string; readonly data: unknown }>, breaks = true) =>
  (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream" })
    const texts = messages.map(
      ({ data, event, id }) =>
        `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    )
    response.write(`: comment\n\n${texts.join("")}id: half-`, () => breaks && setImmediate(() => response.destroy()))
  }

const changed = (number: number) => ({
  id: String(number),
  event: "operation.changed",
  data: { id: String(number), type: "operation.changed", at: id.observedAt, operation: running, labels: {} }
})

const reset = (number: number) => ({ id: String(number), event: "reset", data: { id: String(number) } })

const thrownBy = async (promise: Promise<unknown>): Promise<OpwatchError> => {
  const error = await promise.then(
    () => assert.fail("it did not fail"),
    (error: unknown) => error
  )
  if (!(error instanceof OpwatchError)) throw error
  assert.notInclude(JSON.stringify(error) + error.stack + String(error.cause), secret)
  return error
}

/** The first of them; the loop is left then. */
const take = async <A>(iterable: AsyncIterable<A>, count: number): Promise<ReadonlyArray<A>> => {
  const values: Array<A> = []
  for await (const value of iterable) if (values.push(value) === count) break
  return values
}

describe("OpwatchPromises", () => {
  it("asks with the key, and gives plain values; what a newer server says besides is passed over", async () => {
    const { asked, client, headers } = await start(json({ ...succeeded, mood: "good" }))
    assert.deepStrictEqual(await client.get(ref, { maxAge: "1m30s" }), Object.assign({}, succeeded))
    assert.deepStrictEqual(asked, ["GET /v1/operations/cloud/op-1?maxAge=90000ms"])
    assert.strictEqual(headers[0]?.authorization, `Bearer ${secret}`)
    assert.notProperty(headers[0] ?? {}, "traceparent")
  })

  it("throws the server's problems, with their type and all they tell", async () => {
    const more = { ref, code: "NOT_FOUND", requestId: "r-1", retryAfterSeconds: 7, hint: "do" }
    const { client } = await start(
      problem("store-unavailable", 503, more),
      problem("of-another-time", 418),
      json("busy", 503, { "retry-after": "3" }),
      json({}, 302, { location: "https://elsewhere.test/" }),
      (_, response) => void response.end("hello"),
      json({ ref }),
      hangUp
    )
    const [stored, unknown, proxied, redirected, hello, other, broken] = [
      await thrownBy(client.get(ref)),
      await thrownBy(client.get(ref)),
      await thrownBy(client.get(ref)),
      await thrownBy(client.get(ref)),
      await thrownBy(client.get(ref)),
      await thrownBy(client.get(ref)),
      await thrownBy(client.get(ref))
    ]
    assert.deepInclude({ ...stored }, { ...more, type: "urn:opwatch:problem:store-unavailable", status: 503 })
    assert.deepStrictEqual([stored.message, stored.isRetryable], ["it is store-unavailable", true])
    assert.deepStrictEqual([unknown.type, unknown.isRetryable], ["urn:opwatch:problem:of-another-time", false])
    assert.deepStrictEqual([proxied.type, proxied.status, proxied.isRetryable], ["about:blank", 503, true])
    assert.deepStrictEqual([redirected.status, redirected.isRetryable], [302, false])
    for (const error of [hello, other]) assert.strictEqual(error.type, "urn:opwatch:client:answer-not-understood")
    assert.deepStrictEqual([broken.type, broken.status], ["urn:opwatch:client:unreachable", undefined])
  })

  it("sends nothing where an argument is not of its form", async () => {
    const { asked, client } = await start(json(succeeded))
    const wrong = [
      client.get("cloud/op:cancel"),
      client.get("op-1"),
      client.wait(ref, { timeout: "soon" }),
      client.track(ref, { labels: { "": "x" } }),
      client.track(ref, { deadline: "tomorrow" }),
      take(client.log("cloud/.."), 1),
      take(client.tracked({ source: "No Source" }), 1),
      client.durations("No Source"),
      client.durations("cloud", { price: "0s" })
    ]
    for (const promise of wrong) assert.strictEqual((await thrownBy(promise)).type, "urn:opwatch:client:bad-input")
    assert.deepStrictEqual(asked, [])
  })

  it("sends the key over no network in the clear unless allowed to, and takes none that cannot be one", () => {
    const make = (url: string, apiKey: string, insecure = false) => new OpwatchPromises({ url, apiKey, insecure })
    expect(() => make("http://opwatch.test", secret)).toThrow(/^the API key would go to opwatch\.test in the clear/)
    expect(() => make("http://127.0.0.1", `${secret}\n`)).toThrow(/^the API key has a character that no key has$/)
    for (const url of ["https://opwatch.test", "http://[::1]:4080", "http://localhost"]) make(url, secret)
    make("http://opwatch.test", secret, true)
  })

  it("tracks with what was said, and tells a secret that the server made", async () => {
    const bodies: Array<unknown> = []
    const tracked = { ...running, labels: { job: "a" }, trackedAt: id.observedAt }
    const { asked, client } = await start(async (request, response) => {
      bodies.push(JSON.parse(await text(request)))
      const webhook = { subscription: "sub_1", secret: "whsec_made" }
      response.writeHead(201).end(JSON.stringify({ ...tracked, webhook }))
    })
    const wish = { labels: { job: "a" }, deadline: "2h", webhook: { url: "https://x.test/", secret: "whsec_given" } }
    assert.strictEqual((await client.track(ref, wish)).webhook?.secret, "whsec_made")
    await client.track(ref)
    assert.deepStrictEqual(bodies, [wish, {}])
    assert.deepStrictEqual(asked, [`PUT /v1/operations/${ref}`, `PUT /v1/operations/${ref}`])
  })

  it("reads pages as they are needed", async () => {
    const tracked = { ...running, labels: {}, trackedAt: id.observedAt }
    const { asked, client } = await start(
      json({ operations: [tracked, tracked], nextPageToken: "t-1" }),
      json({ operations: [tracked] })
    )
    const all = client.tracked({ state: "running", labels: { a: "b=c" } })
    assert.lengthOf(await take(all, 2), 2)
    assert.deepStrictEqual(asked, ["GET /v1/operations?state=running&label=a%3Db%3Dc&pageSize=1000"])
    asked.length = 0
    assert.lengthOf(await take(all, 9), 3)
    assert.include(asked[1], "pageToken=t-1")
  })

  it("waits by several requests, through broken connections and outages, and gives what is known when time is up", async () => {
    const { asked, client } = await start(
      json(running),
      hangUp,
      problem("store-unavailable", 503, { retryAfterSeconds: 0 }),
      json(running),
      json(succeeded)
    )
    assert.deepInclude(await client.wait(ref), succeeded)
    assert.deepStrictEqual(
      asked.map((line) => line.replace(ref, "REF")),
      ["GET /v1/operations/REF", ...Array.from({ length: 4 }, () => "GET /v1/operations/REF/wait?timeout=30000ms")]
    )
    const late = await start(json(running))
    assert.strictEqual((await late.client.wait(ref, { timeout: "50ms" })).done, false)
    const never = await start(hangUp)
    assert.strictEqual((await thrownBy(never.client.wait(ref))).type, "urn:opwatch:client:unreachable")
    const refused = await start(json(running), problem("scope-missing", 403))
    assert.strictEqual((await thrownBy(refused.client.wait(ref))).status, 403)
    assert.lengthOf(never.asked, 1)
  })

  it("counts a group once it is done", async () => {
    const summary = { total: 2, done: 1, succeeded: 1, failed: 0, partial: 0, cancelled: 0, lost: 0 }
    const { asked, client } = await start(json(summary), json({ ...summary, done: 2, failed: 1 }))
    assert.strictEqual((await client.summary({ labels: { job: "a" }, wait: "10s" })).done, 2)
    assert.match(asked[1] ?? "", /^GET \/v1\/summary\?label=job%3Da&wait=\d+ms$/)
  })

  it("asks how long the operations of a source take", async () => {
    const { asked, client } = await start(json({ priceMillis: 10_000, kinds: [] }))
    assert.deepStrictEqual(await client.durations("cloud", { price: "10s" }), { priceMillis: 10_000, kinds: [] })
    await client.durations("cloud")
    assert.deepStrictEqual(asked, ["GET /v1/sources/cloud/durations?price=10000ms", "GET /v1/sources/cloud/durations"])
  })

  it("follows all changes without gap or repeat, wherever the connection breaks", async () => {
    const { asked, client, closed } = await start(
      events([reset(4)]),
      hangUp,
      events([changed(5), { event: "of-another-time", data: 1 }, changed(6)]),
      problem("not-ready", 503),
      events([reset(9), changed(10)], false)
    )
    const told = await take(client.events({ labels: { a: "b" } }), 4)
    assert.deepStrictEqual(
      told.map(({ id, type }) => `${id} ${type}`),
      ["5 operation.changed", "6 operation.changed", "9 reset", "10 operation.changed"]
    )
    assert.deepStrictEqual(
      asked.map((line) => /label=a%3Db&lastEventId=(.*)$/.exec(line)?.[1]),
      ["", "4", "4", "6", "6"]
    )
    await expect.poll(closed).toBe(5)
    const resumed = await start(events([reset(9)], false))
    assert.deepStrictEqual(await take(resumed.client.events({ lastEventId: "3" }), 1), [{ type: "reset", id: "9" }])
  })

  it("watches one operation until its end, and throws the problem that ends its events", async () => {
    const state = (number: number, data: object) => ({ id: `s${number}`, event: "operation", data })
    const { client, headers } = await start(
      events([state(1, running)]),
      events([state(2, { ...running, progress: 50 }), state(3, succeeded)], false)
    )
    const states = await take(client.watch(ref), 99)
    assert.deepStrictEqual(
      states.map(({ progress, state }) => [state, progress]),
      [
        ["running", undefined],
        ["running", 50],
        ["succeeded", undefined]
      ]
    )
    assert.deepStrictEqual(
      headers.map((sent) => sent["last-event-id"]),
      [undefined, "s1"]
    )
    const body = { type: "urn:opwatch:problem:credential-refused", status: 502, detail: "no" }
    const refused = await start(events([{ event: "problem", data: body }], false))
    assert.strictEqual((await thrownBy(take(refused.client.watch(ref), 1))).type, body.type)
    const finished = await start(events([state(1, running)]), (_, response) => void response.writeHead(204).end())
    assert.lengthOf(await take(finished.client.watch(ref), 9), 1)
  })

  it("stops at once when it is aborted, with the signal's reason, and hangs up", async () => {
    const { client, closed } = await start(events([reset(1), changed(2)], false), () => {})
    const controller = new AbortController()
    const reason = new Error("enough")
    const following = take(client.events({ signal: controller.signal, lastEventId: "0" }), 99)
    const waiting = client.get(ref, { signal: controller.signal })
    setTimeout(() => controller.abort(reason), 50)
    await expect(following).rejects.toBe(reason)
    await expect(waiting).rejects.toBe(reason)
    await expect(client.get(ref, { signal: controller.signal })).rejects.toBe(reason)
    await expect.poll(closed).toBe(2)
  })
})
