import { assert, it } from "@effect/vitest"
import * as Lanes from "../src/Lanes.ts"

const take = (lanes: Lanes.Lanes, now = 0) => {
  const wanted = lanes.ready(now)
  for (const { limit, url } of wanted) for (let count = 0; count < limit; count++) lanes.begin(url)
  return wanted
}

it("gives each URL four places, and them again as they become free", () => {
  const lanes = Lanes.make()
  lanes.expect({ url: "http://a/1", at: 0 })
  lanes.expect({ url: "http://b/1", at: 5 })
  assert.deepStrictEqual(take(lanes), [{ url: "http://a/1", limit: 4 }])
  assert.deepStrictEqual(take(lanes), [])
  assert.strictEqual(lanes.nextDue(), 5)
  assert.deepStrictEqual(take(lanes, 5), [{ url: "http://b/1", limit: 4 }])
  lanes.end("http://a/1", false)
  assert.deepStrictEqual(take(lanes, 5), [{ url: "http://a/1", limit: 1 }])
})

it("gives a URL more places while its receiver answers well", () => {
  const lanes = Lanes.make()
  lanes.expect({ url: "http://a/1", at: 0 })
  take(lanes)
  lanes.end("http://a/1", true)
  assert.deepStrictEqual(take(lanes), [{ url: "http://a/1", limit: 13 }])
  for (let count = 0; count < 13; count++) lanes.end("http://a/1", false)
  assert.deepStrictEqual(take(lanes), [{ url: "http://a/1", limit: 1 }])
})

it("gives one host 32 places however many URLs it has, and leaves room for others", () => {
  const lanes = Lanes.make()
  for (let index = 0; index < 100; index++) lanes.expect({ url: `http://hanging/${index}`, at: 0 })
  lanes.expect({ url: "http://other/", at: 0 })
  const wanted = take(lanes)
  assert.strictEqual(wanted.filter(({ url }) => url.includes("hanging")).length, 8)
  assert.deepStrictEqual(wanted.at(-1), { url: "http://other/", limit: 4 })
  assert.strictEqual(lanes.nextDue(), Infinity)
})

it("has 256 places in all", () => {
  const lanes = Lanes.make()
  for (let index = 0; index < 1000; index++) lanes.expect({ url: `http://host-${index}/`, at: 0 })
  const places = take(lanes).reduce((sum, { limit }) => sum + limit, 0)
  assert.strictEqual(places, 256)
  assert.deepStrictEqual(take(lanes), [])
})

it("has nothing due where all was claimed", () => {
  const lanes = Lanes.make()
  lanes.expect({ url: "http://a/", at: 0 })
  take(lanes)
  lanes.claim("http://a/")
  for (let count = 0; count < 4; count++) lanes.end("http://a/", true)
  assert.deepStrictEqual(take(lanes), [])
  assert.strictEqual(lanes.nextDue(), Infinity)
})
