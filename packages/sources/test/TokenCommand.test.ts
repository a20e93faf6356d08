import { assert, describe, expect, layer } from "@effect/vitest"
import { SourceName } from "@opwatch/core/Reference"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as TokenCommand from "../src/TokenCommand.ts"
import { until } from "./Scene.ts"
import { folder, services } from "./Workspace.ts"

const source = SourceName.make("mine")
const now = Date.UTC(2026, 0, 2, 3, 4, 5)
const anHour = now + 3_600_000

const issuer = (...command: TokenCommand.Command) =>
  Effect.map(ChildProcessSpawner, (spawner) => TokenCommand.issuer(source, command, spawner))

const issued = (...command: TokenCommand.Command) =>
  Effect.map(Effect.flatten(issuer(...command)), ({ expiresAt, token }) => [Redacted.value(token), expiresAt])

/** Why there is no token; none of the output is shown. */
const refused = Effect.fnUntraced(function* (...command: TokenCommand.Command) {
  const error = yield* Effect.flip(Effect.flatten(issuer(...command)))
  assert.strictEqual(error.reason._tag, "Misconfigured")
  assert.notInclude(`${JSON.stringify(error)} ${error.stack}`, "hush")
  return error.message
})

const node = (program: string, ...words: ReadonlyArray<string>) =>
  [process.execPath, "--eval", program, "--", ...words] as const

const isGone = (pid: number): boolean => {
  try {
    return !process.kill(pid, 0)
  } catch {
    return true
  }
}

layer(services)("a token command", (it) => {
  describe("gives", () => {
    it.effect.each([
      ["a token and nothing else, for an hour", "t1.a.b", anHour],
      ["a token with blanks around it", " t1.a.b\r\n\n", anHour],
      [
        "JSON as yc prints it",
        `{"iam_token": "t1.a.b", "expires_at": "2026-01-02T15:04:05.678901234Z"}`,
        now + 43_200_678
      ],
      ["JSON in camelCase", `{"iamToken": "t1.a.b", "expiresAt": "2026-01-02T04:04:05+00:00"}`, anHour],
      ["JSON of OAuth", `{"access_token": "t1.a.b", "token_type": "Bearer"}`, anHour],
      ["JSON with a token that never says when it ends", `{"token": "t1.a.b", "expires_at": null}`, anHour],
      ["JSON with an end that is no time", `{"token": "t1.a.b", "expires_at": "soon"}`, anHour]
    ] as const)("%s", ([, output, expiresAt]) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(now)
        assert.deepStrictEqual(yield* issued("printf", "%s", output), ["t1.a.b", expiresAt])
      })
    )

    it.effect("what the words say as they are, for there is no shell", () =>
      Effect.gen(function* () {
        const words = ["two words", "a; echo b", "$HOME", "`id`", "*", "'\"", "", "--flag=1 | cat > x", "щ"]
        const program = `console.log(Buffer.from(JSON.stringify(process.argv.slice(1))).toString("base64url"))`
        const [token] = yield* issued(...node(program, ...words))
        assert.deepStrictEqual(JSON.parse(Buffer.from(String(token), "base64url").toString()), words)
      })
    )

    it.effect("a token anew each time it is run", () =>
      Effect.gen(function* () {
        const { at } = yield* folder
        const program = `const fs = require("node:fs")
          fs.appendFileSync(process.argv[1], "x")
          console.log("token-" + fs.readFileSync(process.argv[1], "utf8").length)`
        const command = node(program, at("runs"))
        assert.strictEqual((yield* issued(...command))[0], "token-1")
        assert.strictEqual((yield* issued(...command))[0], "token-2")
      })
    )

    it.effect("a token though it says much on standard error and reads standard input to its end", () =>
      Effect.gen(function* () {
        const program = `process.stderr.write("x".repeat(1_000_000))
          process.stdin.on("end", () => console.log("t1.a.b")).resume()`
        assert.strictEqual((yield* issued(...node(program)))[0], "t1.a.b")
      })
    )
  })

  describe("gives none", () => {
    it.effect("and the error names the command, never its output", () =>
      Effect.gen(function* () {
        const { path, write } = yield* folder
        const plain = yield* write("plain", "hush")
        const told = [
          yield* refused("false"),
          yield* refused(...node(`console.log("hush"); process.exit(3)`)),
          yield* refused(...node(`console.log("hush"); process.kill(process.pid, "SIGKILL")`)),
          yield* refused("true"),
          yield* refused("printf", " \\n"),
          yield* refused("printf", "%s", `{"iam_token": "", "hush": "hush"}`),
          yield* refused("printf", "%s", `["hush"] "hush"`),
          yield* refused("printf", "hush\\nhush"),
          yield* refused("printf", "%s", "тихо"),
          yield* refused("opwatch-no-such-command", "hush"),
          yield* refused("false; echo it"),
          yield* refused(plain),
          yield* refused(path)
        ]
        expect(told.map((message) => message.replaceAll(process.execPath, "node").replaceAll(path, "<folder>")))
          .toMatchInlineSnapshot(`
          [
            "source mine: tokenCommand false ended with exit code 1",
            "source mine: tokenCommand node ended with exit code 3",
            "source mine: tokenCommand node was killed",
            "source mine: tokenCommand true printed no token",
            "source mine: tokenCommand printf printed no token",
            "source mine: tokenCommand printf printed no token",
            "source mine: the output of printf does not hold a token: it has characters that no token has",
            "source mine: the output of printf does not hold a token: it has characters that no token has",
            "source mine: the output of printf does not hold a token: it has characters that no token has",
            "source mine: tokenCommand opwatch-no-such-command cannot be run",
            "source mine: tokenCommand false; echo it cannot be run",
            "source mine: tokenCommand <folder>/plain cannot be run",
            "source mine: tokenCommand <folder> cannot be run",
          ]
        `)
      })
    )

    it.effect.each([
      ["hangs", ""],
      ["hangs and does not let itself be ended", `process.on("SIGTERM", () => {});`]
    ])("where it %s, after half a minute, and is ended", ([, stubborn]) =>
      Effect.gen(function* () {
        const { at } = yield* folder
        const fileSystem = yield* FileSystem.FileSystem
        const program = `${stubborn}
          setInterval(() => {}, 1_000)
          console.log("hush")
          require("node:fs").writeFileSync(process.argv[1], String(process.pid))`
        const asking = yield* Effect.forkChild(refused(...node(program, at("pid"))))
        const pid = Effect.orElseSucceed(Effect.map(fileSystem.readFileString(at("pid")), Number), () => 0)
        yield* until(Effect.map(pid, (found) => found > 0))
        yield* TestClock.adjust(29_999)
        assert.isFalse(isGone(yield* pid))
        yield* TestClock.adjust(1)
        assert.strictEqual(
          yield* Fiber.join(asking),
          `source mine: tokenCommand ${process.execPath} printed no token within 30 seconds`
        )
        assert.isTrue(isGone(yield* pid))
      })
    )

    it.effect("and is ended with the one who asked for it", () =>
      Effect.gen(function* () {
        const { at } = yield* folder
        const fileSystem = yield* FileSystem.FileSystem
        const program = `setInterval(() => {}, 1_000)
          require("node:fs").writeFileSync(process.argv[1], String(process.pid))`
        const asking = yield* Effect.forkChild(issued(...node(program, at("pid"))))
        const pid = Effect.orElseSucceed(Effect.map(fileSystem.readFileString(at("pid")), Number), () => 0)
        yield* until(Effect.map(pid, (found) => found > 0))
        yield* Fiber.interrupt(asking)
        assert.isTrue(isGone(yield* pid))
      })
    )
  })
})
