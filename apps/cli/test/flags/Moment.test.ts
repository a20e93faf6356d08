import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Moment from "../../src/flags/Moment.ts"

const noon = Date.UTC(2024, 4, 6, 12)
const at = (text: string) =>
  Option.getOrUndefined(Option.map(Moment.parse(text), (moment) => Moment.resolve(moment, noon)))

describe("A moment", () => {
  it.each([
    ["2024-05-06T07:08:09Z", "2024-05-06T07:08:09Z"],
    ["2024-05-06T07:08:09.123456789+03:00", "2024-05-06T04:08:09.123456789Z"],
    ["2h", "2024-05-06T10:00:00.000Z"],
    ["1d30m", "2024-05-05T11:30:00.000Z"],
    ["0s", "2024-05-06T12:00:00.000Z"],
    ["100000000d", "0001-01-01T00:00:00.000Z"]
  ])("%s at noon is %s", (text, time) => {
    assert.strictEqual(at(text), time)
  })

  it.each(["", "yesterday", "2h ago", "-2h", "2024-05-06", "2024-05-06T07:08:09", "2024-13-06T07:08:09Z"])(
    "is not %j",
    (text) => {
      assert.isUndefined(at(text))
    }
  )
})
