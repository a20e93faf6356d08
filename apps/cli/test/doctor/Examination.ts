/** Runs `opwatch doctor` on sources of a test's own, and reads what it says of them. */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { CheckedSource } from "../../src/doctor/Check.ts"
import * as RealRun from "../RealRun.ts"

/** What `doctor --json` says of all these sources, by their names. */
export const examine = Effect.fnUntraced(function* (sources: object, environment: RealRun.Environment = {}) {
  const { path } = yield* RealRun.configuration(sources)
  const { code, err, out } = yield* RealRun.run(["doctor", "--json", "--config", path], environment)
  assert.strictEqual(err, "")
  const found: ReadonlyArray<CheckedSource> = JSON.parse(out)
  return { code, found: new Map(found.map((checked) => [String(checked.source), checked])) }
})

export const statusesOf = (checked: CheckedSource | undefined) =>
  Object.fromEntries((checked?.checks ?? []).map(({ check, status }) => [check, status]))

export const one = (checked: CheckedSource | undefined, name: string) =>
  checked?.checks.find(({ check }) => check === name) ?? assert.fail(`there is no check ${name}`)

export const allOk: ReturnType<typeof statusesOf> = {
  configuration: "ok",
  credential: "ok",
  name: "ok",
  connection: "ok",
  answer: "ok",
  access: "ok",
  clock: "ok"
}
