import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as CommandReference from "../scripts/CommandReference.ts"

describe("docs/cli.md", () => {
  it.effect("says what the commands say; `npm run docs` writes it anew", () =>
    Effect.gen(function* () {
      const page = readFileSync(new URL("../../../docs/cli.md", import.meta.url), "utf8")
      assert.strictEqual(page, yield* CommandReference.markdown)
    })
  )
})
