/** Rows digested in their order: what tells databases that hold the same from those that do not. */
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Crypto from "node:crypto"
import type { Page } from "./StoredRows.ts"

/** `each` is done with every page on the way, and told how many rows that makes. */
export const of = Effect.fnUntraced(function* (
  pages: Stream.Stream<Page, StoreError>,
  each: (page: Page, done: number) => Effect.Effect<void, StoreError>
) {
  const hash = Crypto.createHash("sha256")
  let done = 0
  yield* Stream.runForEach(pages, (page) => {
    for (const row of page) hash.update(`${JSON.stringify(Object.values(row))}\n`)
    done += page.length
    // Files answer at once: who draws and who interrupts would have to wait for the end.
    return Effect.andThen(each(page, done), Effect.yieldNow)
  })
  return hash.digest("hex")
})
