/** Copies a store, says so after the first page, and goes no further. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as DatabaseUrl from "../src/DatabaseUrl.ts"
import * as StoreCopy from "../src/StoreCopy.ts"

const [from = "", to = ""] = process.argv.slice(2)
const parse = (url: string) => Result.getOrThrow(DatabaseUrl.parse(Redacted.make(url)))
const stay = setInterval(() => {}, 60_000)

StoreCopy.copy(parse(from), parse(to), () =>
  Effect.andThen(
    Effect.sync(() => process.stdout.write("copying\n")),
    Effect.never
  )
).pipe(Effect.scoped, Effect.ensuring(Effect.sync(() => clearInterval(stay))), Effect.runFork)
