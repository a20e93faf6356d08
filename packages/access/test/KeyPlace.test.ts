import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import * as KeyPlace from "../src/KeyPlace.ts"
import { folder } from "./Samples.ts"

describe("KeyPlace", () => {
  it("is where the environment says, else in the user's configuration folder", () => {
    assert.strictEqual(KeyPlace.ofUser({ OPWATCH_API_KEYS_FILE: "k.json", HOME: "/h" }), "k.json")
    assert.strictEqual(KeyPlace.ofUser({ XDG_CONFIG_HOME: "/x", HOME: "/h" }), "/x/opwatch/api-keys.json")
    assert.strictEqual(KeyPlace.ofUser({ OPWATCH_API_KEYS_FILE: "", HOME: "/h" }), "/h/.config/opwatch/api-keys.json")
    assert.strictEqual(KeyPlace.ofUser({ XDG_CONFIG_HOME: "x", HOME: "/h" }), "/h/.config/opwatch/api-keys.json")
    assert.isUndefined(KeyPlace.ofUser({}))
  })

  it.live("is nowhere for a server whose user has no key file, unless one is named", () =>
    Effect.gen(function* () {
      const XDG_CONFIG_HOME = yield* folder
      const path = `${XDG_CONFIG_HOME}/opwatch/api-keys.json`
      assert.isUndefined(KeyPlace.ofServer({ XDG_CONFIG_HOME }))
      assert.strictEqual(KeyPlace.ofServer({ XDG_CONFIG_HOME, OPWATCH_API_KEYS_FILE: "/gone" }), "/gone")
      Fs.mkdirSync(`${XDG_CONFIG_HOME}/opwatch`)
      Fs.writeFileSync(path, "")
      assert.strictEqual(KeyPlace.ofServer({ XDG_CONFIG_HOME }), path)
    })
  )
})
