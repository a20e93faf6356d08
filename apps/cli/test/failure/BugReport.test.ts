import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as BugReport from "../../src/failure/BugReport.ts"
import { version } from "../../src/Version.ts"
import * as Harness from "../Harness.ts"

const secrets = {
  TOLOKA_TOKEN: "opaque secret of ours",
  ANY_NAME: "unsuspicious",
  DATABASE_URL: "postgres://me:hunter2hunter2@db/x",
  HOME: "/home/vera",
  LANG: "en_US.UTF-8"
}

const args = ["wait", "cloud/fhm-of-mine", "--config=/home/vera/own.yaml", "--timeout", "90s90s", "-"]

const told = (message: string, more: ReadonlyArray<string> = [], environment: Record<string, string> = secrets) =>
  BugReport.render(Cause.die(new TypeError(message)), { args: [...args, ...more], environment })

describe("BugReport", () => {
  it("says that it is a bug and how to report it, with what a report needs", () => {
    const lines = told("cannot read x").split("\n")
    assert.deepStrictEqual(lines.slice(0, 6), [
      "opwatch: this is a bug in opwatch, and no mistake of yours",
      "  please report it to the makers of opwatch, with these lines; no values of flags and no secrets are in them:",
      "",
      `    opwatch ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
      "    opwatch wait ... --config=... --timeout ... ...",
      "    TypeError: cannot read x"
    ])
    assert.match(lines[6] ?? "", /^ {6}at told \(apps\/cli\/test\/failure\/BugReport\.test\.ts:\d+:\d+\)$/)
    assert.deepStrictEqual(lines.slice(-2), ["", ""])
    assert.notMatch(lines.join("\n"), /node_modules|node:/)
  })

  it("is one line of JSON where JSON is asked for, with the report in its hint", () => {
    const written = told("cannot read x", ["--json"])
    assert.strictEqual(written.indexOf("\n"), written.length - 1)
    const { error } = JSON.parse(written)
    assert.strictEqual(error.code, "Defect")
    assert.match(error.message, /^this is a bug in opwatch.*: TypeError: cannot read x$/)
    assert.match(
      error.hint,
      /report it.*:\nopwatch .*\nopwatch wait \.\.\. .*\nTypeError: cannot read x\n {2}at told \(/
    )
  })

  it.each([
    "opaque secret of ours",
    "unsuspicious",
    "postgres://me:hunter2hunter2@db/x",
    "https://me:hunter2@elsewhere/",
    "cloud/fhm-of-mine",
    "fhm-of-mine",
    "/home/vera/own.yaml",
    "90s90s",
    "Bearer abc",
    "OAuth y0_AgAAAA",
    "Api-Key AQVN1",
    "t1.9euelZqbnJ",
    "eyJhbGciOi.eyJzdWIi.c2ln",
    "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----",
    "0123456789abcdef0123456789abcdef"
  ])("never shows %j", (secret) => {
    const word = secret.replace(/^(Bearer|OAuth|Api-Key) /, "").replace(/^https:\/\/([^@]*)@.*$/, "$1")
    for (const text of [told(`failed on ${secret}!`), told(`failed on ${secret}!`, ["--json"])]) {
      assert.notInclude(text, word)
      assert.include(text, "<redacted>")
    }
    assert.notInclude(told(secret, [], { ...secrets, OPWATCH_DEBUG: "1" }), word)
  })

  it("leaves ordinary words as they are, and the user's name out of paths", () => {
    const text = told("no en_US.UTF-8 in /home/vera/x, and 3114 is no pool of cloud")
    assert.include(text, "no en_US.UTF-8 in ~/x, and 3114 is no pool of cloud")
  })

  it("keeps what is not text, or long, or over many lines, to a line", () => {
    const cause = Cause.die({ odd: "x".repeat(1_000), more: "a\nb\u001b[2J" })
    const lines = BugReport.render(cause, { args: ["opaque-word", "--"], environment: {} }).split("\n")
    assert.strictEqual(lines[4], "    opwatch ... --")
    assert.isBelow(Math.max(...lines.map(({ length }) => length)), 320)
    assert.notInclude(lines.join(""), "\u001b")
  })

  it.effect("is what a defect in a service of a command comes to, with exit code 70", () =>
    Effect.gen(function* () {
      const { code, err, out } = yield* Harness.make().run(["get", "toloka/a", "--config", "/dies.yaml"])
      assert.match(err, /^opwatch: this is a bug in opwatch, and no mistake of yours\n/)
      assert.match(
        err,
        /\n {4}opwatch get \.\.\. --config \.\.\.\n {4}Error: out of cheese\n {6}at .*Harness\.ts:\d+:\d+/
      )
      assert.notInclude(err, "dies.yaml")
      assert.deepStrictEqual([code, out], [70, ""])
    })
  )

  it("comes after all that is known where OPWATCH_DEBUG is 1", () => {
    const text = told("cannot read x", ["-o", "json"], { OPWATCH_DEBUG: "1" })
    assert.match(text, /^TypeError: cannot read x\n\s+at [^]*node_modules[^]*\n\{"error":\{"code":"Defect",.*\}\n$/)
  })
})
