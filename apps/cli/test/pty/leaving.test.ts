import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Process from "../Process.ts"
import * as Terminal from "../Terminal.ts"

layer(Layer.merge(Emulator.layer(), NodeServices.layer), { excludeTestServices: true })(
  "a terminal that opwatch leaves",
  (it) => {
    it.effect("is whole while it is suspended, and drawn on again when it goes on", () =>
      Effect.gen(function* () {
        const environment = yield* Process.onEmulator
        yield* Process.script({ api: "cloud", id: "suspended" })
        const session = yield* Terminal.start(["wait", "cloud/suspended"], {
          environment,
          script: 'set -m; "$@"; echo; echo stopped; read answer; fg %1 > /dev/null; echo "code $?"'
        })
        yield* session.says("running")
        yield* session.type("\u001a")
        yield* session.says("stopped")
        assert.notInclude(session.screen(), "running")
        assert.isTrue(session.isCursorVisible())
        yield* session.type("\r")
        yield* session.says("running")
        assert.isFalse(session.isCursorVisible())
        yield* session.type("\u0003")
        yield* session.says("code 130")
        assert.match(session.screen(), /stopped\n[^]*\nopwatch: interrupted; .*\n.*\ncode 130$/)
        assert.isTrue(session.isCursorVisible())
      })
    )

    it.effect("is the shell's while opwatch is in the background, but for what has ended", () =>
      Effect.gen(function* () {
        const environment = yield* Process.onEmulator
        yield* Process.script({ api: "cloud", id: "behind" })
        const session = yield* Terminal.start(["wait", "cloud/behind", "cloud/fhmdone0emulator0001"], {
          environment,
          script: 'set -m; "$@" & read answer; fg %1 > /dev/null; echo "code $?"'
        })
        yield* session.says("✓ cloud/fhmdone0emulator0001")
        assert.notInclude(session.screen(), "cloud/behind")
        assert.isTrue(session.isCursorVisible())
        yield* session.type("\r")
        yield* session.says("1 of 2 done")
        yield* Process.script({ api: "cloud", id: "behind", steps: [{ set: { done: true, response: {} } }] })
        yield* session.says("code 0")
        assert.isTrue(session.isCursorVisible())
      })
    )

    it.effect.each([
      ["SIGHUP", 129, /^opwatch: interrupted; cloud\/left-SIGHUP is not done/],
      ["SIGUSR2", 70, /^opwatch: [^]*bug[^]*planted/]
    ] as const)("is clean after %s", ([signal, code, said]) =>
      Effect.gen(function* () {
        const environment = yield* Process.onEmulator
        const fileSystem = yield* FileSystem.FileSystem
        const path = yield* fileSystem.makeTempFileScoped({ prefix: "opwatch-test-", suffix: ".cjs" })
        yield* fileSystem.writeFileString(path, 'process.on("SIGUSR2", () => { throw new Error("planted") })\n')
        yield* Process.script({ api: "cloud", id: `left-${signal}` })
        const session = yield* Terminal.start(["wait", `cloud/left-${signal}`], {
          environment: { ...environment, NODE_OPTIONS: `--require=${path}` }
        })
        yield* session.says("running")
        yield* session.kill(signal)
        assert.strictEqual(yield* session.ended, code)
        assert.match(session.everything(), said)
        assert.isTrue(session.isCursorVisible())
        assert.strictEqual(session.cursorColumn(), 0)
      })
    )

    it.effect("has the changes of a watch above those that go on", () =>
      Effect.gen(function* () {
        const environment = yield* Process.onEmulator
        yield* Process.script({ api: "cloud", id: "short" })
        yield* Process.script({ api: "cloud", id: "long" })
        const session = yield* Terminal.start(["watch", "cloud/short", "cloud/long"], { environment })
        yield* session.until((shown) => /Z {2}cloud\/long[^]*^● cloud\/short +running[^]* 0 of 2 done/m.test(shown))
        yield* Process.script({ api: "cloud", id: "short", steps: [{ set: { done: true, response: {} } }] })
        yield* session.says("1 of 2 done")
        assert.match(
          session.screen(),
          /Z {2}cloud\/short {2}succeeded.*\n● cloud\/long +running.*\n\S 1 of 2 done {2}\d+s( {2}~.*)?$/
        )
        yield* session.type("\u0003")
        assert.strictEqual(yield* session.ended, 130)
        assert.match(session.screen(), /cloud\/short {2}succeeded.*\nopwatch: interrupted; /)
      })
    )
  }
)
