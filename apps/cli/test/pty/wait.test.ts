import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Process from "../Process.ts"
import * as Terminal from "../Terminal.ts"

const metadata = { "@type": "type.googleapis.com/yandex.cloud.compute.v1.CreateDiskMetadata", diskId: "d" }

/** The operation goes on as it is, from now until it is told otherwise. */
const goesOn = (id: string, progressPercentage?: number) =>
  Process.script({ api: "cloud", id, operation: { metadata: { ...metadata, progressPercentage } } })

const succeeds = (id: string) =>
  Process.script({ api: "cloud", id, operation: { metadata }, steps: [{ set: { done: true, response: {} } }] })

const linesOf = (text: string): ReadonlyArray<string> => text.split("\n")

layer(Layer.merge(Emulator.layer(), NodeServices.layer), { excludeTestServices: true })("wait in a terminal", (it) => {
  it.effect("shows progress, keeps clear of ghosts while the window changes, and leaves a clean screen on Ctrl-C", () =>
    Effect.gen(function* () {
      const environment = yield* Process.onEmulator
      yield* goesOn("disk", 10)
      const session = yield* Terminal.start(["wait", "cloud/disk", "--interval", "500ms"], { environment })
      yield* session.until((shown) => /cloud\/disk {2}running {2}██░+ {3}10 %/.test(shown))
      assert.isFalse(session.isCursorVisible())
      yield* goesOn("disk", 60)
      yield* session.until((shown) => /cloud\/disk {2}running {2}█{12}░+ {3}60 %.*CreateDisk$/.test(shown))
      for (const [columns, rows, row] of [
        [40, 24, /^\S cloud\/disk {2}running {3}60 %.*$/],
        [20, 24, /^\S …ud\/disk {2}running$/],
        [20, 3, /^\S …ud\/disk {2}running$/],
        [100, 24, /^\S cloud\/disk {2}running {2}█{12}░+ {3}60 %.*CreateDisk$/]
      ] as const) {
        yield* session.resize(columns, rows)
        yield* session.until((shown) => row.test(shown))
      }
      yield* session.type("\u0003")
      assert.strictEqual(yield* session.ended, 130)
      assert.strictEqual(
        session.everything(),
        "opwatch: interrupted; cloud/disk is not done and goes on\n  resume with: opwatch wait cloud/disk"
      )
      assert.isTrue(session.isCursorVisible())
      assert.strictEqual(session.cursorColumn(), 0)
    })
  )

  it.effect("shows of many what there is room for, and lets those that end settle above", () =>
    Effect.gen(function* () {
      const environment = yield* Process.onEmulator
      const ids = Array.from({ length: 30 }, (_, index) => `many${index}`)
      for (const id of ids) yield* goesOn(id)
      const session = yield* Terminal.start(["wait", ...ids.map((id) => `cloud/${id}`)], { environment })
      yield* session.until((shown) => /● cloud\/many16[^]* 0 of 30 done {2}… and 13 more/.test(shown))
      assert.strictEqual(linesOf(session.screen()).length, 18)
      for (const id of ids.slice(0, 20)) yield* succeeds(id)
      yield* session.says("20 of 30 done")
      const open = linesOf(session.screen()).filter((line) => line.startsWith("● "))
      assert.deepStrictEqual(
        open.map((line) => line.split(/ +/)[1]),
        ids.slice(20).map((id) => `cloud/${id}`)
      )
      const settled = linesOf(session.everything()).filter((line) => line.startsWith("✓ "))
      assert.deepStrictEqual(
        settled.map((line) => line.split(/ +/)[1]).toSorted(),
        ids
          .slice(0, 20)
          .map((id) => `cloud/${id}`)
          .toSorted()
      )
      assert.include(session.output(), "\u001b[32m✓\u001b[39m")
      yield* session.resize(50, 3)
      yield* session.until((shown) =>
        /^● cloud\/many20 .*\n\S 20 of 30 done {2}… and 9 more {2}\d+s( {2}~.*)?$/.test(shown)
      )
      yield* session.kill("SIGTERM")
      assert.strictEqual(yield* session.ended, 143)
      assert.isTrue(session.isCursorVisible())
    })
  )

  it.effect("prints on a time-out what it knows of those that go on, and says nothing twice", () =>
    Effect.gen(function* () {
      const environment = yield* Process.onEmulator
      yield* succeeds("ends")
      yield* goesOn("stays")
      const args = ["wait", "cloud/ends", "cloud/stays", "cloud/none", "--timeout", "1500ms"]
      const session = yield* Terminal.start(args, { environment, columns: 120 })
      yield* session.says("● cloud/stays")
      assert.strictEqual(yield* session.ended, 4)
      const lines = linesOf(session.everything())
      assert.strictEqual(lines.filter((line) => line.includes("cloud/ends")).length, 1)
      assert.strictEqual(lines.filter((line) => line.startsWith("opwatch: cloud/none")).length, 1)
      assert.isTrue(lines.some((line) => /^cloud\/stays +running/.test(line)))
      assert.isTrue(lines.some((line) => /^2 of 3 done, 1 given up {2}1s$/.test(line)))
      assert.strictEqual(lines.at(-1), "  resume with: opwatch wait cloud/stays")
      assert.isTrue(session.isCursorVisible())
    })
  )

  it.effect("gives programs the whole answer while a person looks on", () =>
    Effect.gen(function* () {
      const environment = yield* Process.onEmulator
      const path = yield* (yield* FileSystem.FileSystem).makeTempFileScoped({ prefix: "opwatch-test-" })
      yield* goesOn("one")
      const session = yield* Terminal.start(["wait", "cloud/one", "cloud/fhmdone0emulator0001", "--output", "ndjson"], {
        environment: { ...environment, OUT: path },
        script: '"$@" > "$OUT"'
      })
      yield* session.says("1 of 2 done")
      yield* succeeds("one")
      assert.strictEqual(yield* session.ended, 0)
      assert.deepStrictEqual(
        linesOf(session.everything()).map((line) => line.split(/ +/).slice(0, 3).join(" ")),
        ["✓ cloud/fhmdone0emulator0001 succeeded", "✓ cloud/one succeeded", "2 of 2"]
      )
      const written = yield* (yield* FileSystem.FileSystem).readFileString(path)
      assert.deepStrictEqual(
        linesOf(written.trim()).map((line) => JSON.parse(line).ref),
        ["cloud/fhmdone0emulator0001", "cloud/one"]
      )
    })
  )

  it.effect("draws with ASCII and without colours where the terminal or its user wants it so", () =>
    Effect.gen(function* () {
      const environment = yield* Process.onEmulator
      yield* Process.script({
        api: "cloud",
        id: "plain",
        operation: { description: "Диск", metadata: { progressPercentage: 50 } }
      })
      const session = yield* Terminal.start(["wait", "cloud/plain", "cloud/fhmquota0emulator001"], {
        environment: { ...environment, NO_COLOR: "1", LC_ALL: "ru_RU.CP1251" }
      })
      yield* session.until((shown) => /^\* cloud\/plain +running {2}#####\.{5} {3}50 %.*u0414/m.test(shown))
      yield* succeeds("plain")
      assert.strictEqual(yield* session.ended, 1)
      assert.match(session.everything(), /^x cloud\/fhmquota0emulator001 {2}failed[^]*^\+ cloud\/plain/m)
      // oxlint-disable-next-line eslint/no-control-regex
      assert.notMatch(session.output(), /[^\x00-\x7f]|\u001b\[[\d;]*m/)
    })
  )

  it.effect("says it in lines where nothing can be drawn", () =>
    Effect.gen(function* () {
      const environment = yield* Process.onEmulator
      yield* goesOn("dumb")
      const session = yield* Terminal.start(["wait", "cloud/dumb"], { environment: { ...environment, TERM: "dumb" } })
      yield* session.says("running")
      yield* session.type("\u0003")
      assert.strictEqual(yield* session.ended, 130)
      assert.match(
        session.everything(),
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}cloud\/dumb: running\n\^C\nopwatch: interrupted; /
      )
      assert.notInclude(session.output(), "\u001b")
    })
  )
})
