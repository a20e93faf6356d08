/** Clients that know nothing of opwatch, run for real with another URL and another token. */
import { spawn, spawnSync } from "node:child_process"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { assert, layer } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import { credentials, place, requests, start } from "./MirrorScene.ts"

const program = join(import.meta.dirname, "..", "..", "..", "examples", "python", "toloka_pool.py")
const python = process.env["OPWATCH_TEST_PYTHON"] ?? "python3"
const hasTolokaKit = spawnSync(python, ["-c", "import toloka.client"]).status === 0
const hasCurl = spawnSync("bash", ["-c", "curl --version"]).status === 0

/** Waits as people do who know the cloud's REST API alone. */
const loop = `
until curl --silent --show-error --fail --header "Authorization: Bearer $TOKEN" "$URL/operations/$ID" | grep -q '"done": *true'
do sleep 0.4
done
echo done`

const run = (command: string, args: ReadonlyArray<string>, environment: Record<string, string>) =>
  Effect.promise(async (signal) => {
    const env = { PATH: process.env["PATH"], ...environment }
    const child = spawn(command, args, { env, signal, stdio: ["ignore", "pipe", "pipe"] })
    const closed = new Promise<number | null>((resolve) => child.on("close", resolve))
    const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), closed])
    return { output, errors, code }
  })

layer(Emulator.layer({ credentials }), { excludeTestServices: true })("clients of the mirror", (it) => {
  it.effect.skipIf(!hasCurl)(
    "twenty loops of curl share the polls that the freshness allows (needs bash and curl)",
    () =>
      Effect.gen(function* () {
        const { keyOf, url } = yield* start({ ci: ["read"] }, { cloud: { maxAge: "1s" } })
        yield* place({ api: "cloud", id: "slow", steps: [{ after: "4s", set: { done: true, response: {} } }] })
        const began = Date.now()
        const environment = { TOKEN: keyOf("ci"), URL: `${url}/mirror/cloud`, ID: "slow" }
        const loops = Array.from({ length: 20 }, () => run("bash", ["-c", loop], environment))
        for (const { code, errors, output } of yield* Effect.all(loops, { concurrency: "unbounded" })) {
          assert.deepStrictEqual([code, errors, output], [0, "", "done\n"])
        }
        const { get } = yield* requests("slow")
        assert.isAtLeast(get, 2)
        assert.isAtMost(get, Math.ceil((Date.now() - began) / 1_000) + 1)
      })
  )

  it.effect.skipIf(!hasTolokaKit)(
    "Toloka's Python client uploads, opens a pool and reads a log (needs toloka-kit)",
    () =>
      Effect.gen(function* () {
        const { keyOf, seen, url } = yield* start(
          { python: ["read", "passthrough"] },
          { toloka: { passThrough: true } }
        )
        const { code, errors, output } = yield* run(python, [program, "12"], {
          OPWATCH_URL: url,
          OPWATCH_API_KEY: keyOf("python")
        })
        assert.strictEqual(code, 0, errors)
        assert.deepStrictEqual(output.trimEnd().split("\n"), [
          "upload: SUCCESS, 3 of 3 steps succeeded",
          "opening: SUCCESS",
          "pool 12: OPEN"
        ])
        assert.notInclude(seen.error, keyOf("python"))
      })
  )
})
