/** Every example of `docs/output.md`, run as it stands there. */
import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { spawnSync } from "node:child_process"
import * as Document from "./Document.ts"
import * as Process from "./Process.ts"
import * as Shell from "./Shell.ts"

const blocks = Document.blocks("output.md")

const examples = blocks.flatMap(({ heading, language, text }, index) => {
  const shown = blocks[index + 1]
  return language === "sh" && shown !== undefined ? [{ heading, script: text, shown }] : []
})

const hasJq = spawnSync("jq", ["--version"]).status === 0

layer(Layer.merge(Emulator.layer(), NodeServices.layer), { excludeTestServices: true })("docs/output.md", (it) => {
  it.effect("shows what its examples print", () =>
    Effect.gen(function* () {
      const environment = yield* Process.onEmulator
      assert.isAbove(examples.length, 8)
      const told = yield* Effect.forEach(
        examples.filter(({ script }) => hasJq || !script.includes("jq ")),
        ({ script, shown }) =>
          Effect.map(Shell.run(["bash", "--noprofile", "--norc", "-c", script], { environment }), ({ out }) => ({
            script,
            shown: shown.language === "json" ? JSON.parse(shown.text) : shown.text,
            out: shown.language === "json" ? JSON.parse(out) : out.trimEnd()
          })),
        { concurrency: 2 }
      )
      for (const { out, script, shown } of told) assert.deepStrictEqual(out, shown, script)
    })
  )
})
