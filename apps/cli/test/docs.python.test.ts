/** The Python of `docs/python.md`, run as it stands there against the emulator and a server. */
import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { spawnSync } from "node:child_process"
import * as Document from "./Document.ts"
import * as Process from "./Process.ts"
import * as Shell from "./Shell.ts"

const blocks = Document.blocks("python.md")
const python = blocks.filter(({ language }) => language === "python")
const isModule = (text: string) => /^# \w+\.py\n/.test(text)
const hasPython = spawnSync("python3", ["--version"]).status === 0

const linesOf = (text: string) => text.trimEnd().split("\n")

layer(Layer.merge(Emulator.layer(), NodeServices.layer), { excludeTestServices: true })("docs/python.md", (it) => {
  it.effect.skipIf(!hasPython)("shows what its programs print, in the order in which operations end", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const folder = yield* fileSystem.makeTempDirectoryScoped({ prefix: "opwatch-python-" })
      for (const { text } of python.filter(({ text }) => isModule(text))) {
        yield* fileSystem.writeFileString(`${folder}/${text.slice(2, text.indexOf("\n"))}`, text)
      }
      const onEmulator = yield* Process.onEmulator
      const server = yield* Process.start(["serve", "--port", "0"], onEmulator)
      yield* server.said("listening on http://")
      const [url = ""] = /http:\/\/\S+/.exec(`${server.printed.out}${server.printed.err}`) ?? []
      const environment = { ...onEmulator, OPWATCH_SERVER: url }
      const programs = python.filter(({ text }) => !isModule(text))
      const shown = blocks.filter(({ language }) => language === "text")
      assert.strictEqual(programs.length, shown.length)
      for (const [index, { text }] of programs.entries()) {
        const { code, err, out } = yield* Shell.run(["python3", "-c", text], { environment, folder })
        assert.sameMembers(linesOf(out), linesOf(shown[index]?.text ?? ""), `${text}\n${err}`)
        assert.deepStrictEqual([code, err], [0, ""])
      }
    })
  )
})
