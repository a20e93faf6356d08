import * as Fs from "node:fs"
import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Process from "../Process.ts"
import * as RealRun from "../RealRun.ts"

const folder = Effect.flatMap(FileSystem.FileSystem, (files) =>
  files.makeTempDirectoryScoped({ prefix: "opwatch-keys-" })
)

const file = Effect.map(folder, (folder) => `${folder}/keys.json`)

const read = (path: string): { readonly keys: ReadonlyArray<Record<string, unknown>> } =>
  JSON.parse(Fs.readFileSync(path, "utf8"))

const disk = "cloud/fhmdone0emulator0001"

layer(Layer.merge(NodeServices.layer, Layer.provide(Emulator.layer(), NodeServices.layer)), {
  excludeTestServices: true
})("opwatch keys", (it) => {
  it.effect("prints a key alone on standard output, and keeps its hash alone", () =>
    Effect.gen(function* () {
      const path = yield* file
      const wished = ["--scope", "read,track", "--scope", "cancel", "--source", "toloka", "--max-tracked", "10"]
      const args = ["keys", "create", "ci", ...wished, "--expires", "90d", "--file", path]
      const { code, err, out } = yield* RealRun.run(args)
      assert.strictEqual(code, 0)
      assert.match(out, /^opw_[A-Za-z0-9_-]{43}\n$/)
      assert.include(err, `a server with OPWATCH_API_KEYS_FILE=${path} takes it up within two seconds`)
      assert.notInclude(err, out.trim())
      assert.notInclude(Fs.readFileSync(path, "utf8"), out.trim())
      assert.strictEqual(Fs.statSync(path).mode & 0o777, 0o600)
      const [key = {}] = read(path).keys
      assert.deepInclude(key, { name: "ci", scopes: ["read", "track", "cancel"], sources: ["toloka"], maxTracked: 10 })
      const days = Date.parse(String(key["expiresAt"])) - Date.parse(String(key["createdAt"]))
      assert.strictEqual(days, 90 * 86_400_000)
    })
  )

  it.effect("shows keys in every form, never with their hashes", () =>
    Effect.gen(function* () {
      const path = yield* file
      const empty = yield* RealRun.run(["keys", "list", "--json", "--file", path])
      assert.deepStrictEqual([empty.code, empty.out], [0, "[]\n"])
      assert.include(empty.err, `there are no keys in ${path}`)
      const made = yield* RealRun.run(["keys", "create", "a", "--scope", "read", "--json", "--file", path])
      const { key, ...rest } = JSON.parse(made.out) as Record<string, unknown>
      assert.match(String(key), /^opw_/)
      yield* RealRun.run(["keys", "create", "b", "--scope", "read", "--expires", "0s", "--file", path])
      const json = yield* RealRun.run(["keys", "list", "--json", "--file", path])
      const listed = JSON.parse(json.out) as Array<Record<string, unknown>>
      assert.deepInclude(rest, listed[0] ?? {})
      assert.deepInclude(listed[1], { name: "b", expired: true })
      const lines = yield* RealRun.run(["keys", "list", "--output", "ndjson", "--file", path])
      assert.deepStrictEqual(
        lines.out
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as unknown),
        listed
      )
      const text = yield* RealRun.run(["keys", "list", "--file", path])
      assert.match(text.out, /^a {2}read {2}all {2}- {2}\d{4}-\d\d-\d\d {2}never\n/)
      for (const { out } of [json, lines, text]) assert.notInclude(out, "sha256")
    })
  )

  it.effect("makes no second key of a name unless it is to replace the first, which keeps what it may do", () =>
    Effect.gen(function* () {
      const path = yield* file
      const create = (...args: ReadonlyArray<string>) => RealRun.run(["keys", "create", "ci", ...args, "--file", path])
      yield* create("--scope", "read,cancel", "--source", "cloud")
      const before = read(path)
      const again = yield* create("--scope", "read")
      assert.deepStrictEqual([again.code, again.out], [2, ""])
      assert.include(again.err, "there is a key ci already\n  --rotate replaces it")
      assert.deepStrictEqual(read(path), before)
      const { code } = yield* create("--rotate")
      const [key = {}] = read(path).keys
      assert.deepStrictEqual([code, read(path).keys.length], [0, 1])
      assert.deepInclude(key, { name: "ci", scopes: ["read", "cancel"], sources: ["cloud"] })
      assert.notStrictEqual(key["hash"], before.keys[0]?.["hash"])
    })
  )

  it.effect("says what is wrong, and changes nothing then", () =>
    Effect.gen(function* () {
      const path = yield* file
      const cases: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
        [["create", "ci"], "opwatch keys create needs --scope"],
        [["create", "ci", "--scope", "raed"], '--scope cannot be "raed"'],
        [["create", "ci", "--scope", "read", "--source", "Toloka"], '--source is "Toloka"'],
        [["create", "Ci", "--scope", "read"], 'NAME cannot be "Ci"'],
        [["create", "ci", "--rotate"], "there is no key ci"],
        [["create", "ci", "--scope", "read", "--max-tracked", "-1"], "--max-tracked cannot be"],
        [["revoke", "ci"], `there is no key ci in ${path}`]
      ]
      for (const [args, message] of cases) {
        const { code, err, out } = yield* RealRun.run(["keys", ...args, "--file", path])
        assert.deepStrictEqual([code, out], [2, ""], args.join(" "))
        assert.include(err, message)
        assert.isFalse(Fs.existsSync(path))
      }
      const { err } = yield* RealRun.run(["keys", "crate", "ci"])
      assert.include(err, 'opwatch keys has no command "crate"\n  did you mean opwatch keys create?')
    })
  )

  it.effect(
    "lets a server in on what it does: keys count at once, and no more once they are revoked",
    () =>
      Effect.gen(function* () {
        const home = yield* folder
        const environment = { ...(yield* Process.onEmulator), HOME: home }
        const created = yield* Process.run(["keys", "create", "ci", "--scope", "read"], environment)
        const key = created.out.trim()
        const server = yield* Process.start(["serve", "--port", "0", "--host", "0.0.0.0"], environment)
        yield* server.said("listening on http://")
        const port = /:(\d+)/.exec(server.printed.err)?.[1]
        const client = { HOME: home, OPWATCH_SERVER: `http://127.0.0.1:${port}` }
        const get = (key?: string) =>
          Process.run(["get", disk, "--json"], key === undefined ? client : { ...client, OPWATCH_API_KEY: key })

        const without = yield* get()
        assert.strictEqual(without.code, 5)
        assert.include(without.err, "wants an API key")
        const got = yield* get(key)
        assert.strictEqual(got.code, 0)
        const later = yield* Process.run(["keys", "create", "later", "--scope", "read"], environment)
        yield* Effect.repeat(get(later.out.trim()), {
          until: ({ code }) => code === 0,
          schedule: Schedule.spaced("100 millis")
        })
        yield* Process.run(["keys", "revoke", "ci"], environment)
        yield* Effect.repeat(get(key), { until: ({ code }) => code === 5, schedule: Schedule.spaced("100 millis") })

        const { code, err, out } = yield* Effect.andThen(
          Effect.sync(() => server.child.kill("SIGTERM")),
          server.ended
        )
        assert.oneOf(code, [0, 143])
        const kept = Fs.readFileSync(`${home}/.config/opwatch/api-keys.json`, "utf8")
        for (const secret of [key, later.out.trim()]) {
          assert.notInclude(`${out}${err}${kept}${created.err}${later.err}${got.out}${got.err}`, secret)
        }
      }),
    90_000
  )

  it.effect("does not serve with a key file that cannot be used, nor beyond this machine without one", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const path = `${home}/keys.json`
      const serve = (...args: ReadonlyArray<string>) =>
        Process.run(["serve", "--port", "0", ...args], { HOME: home, OPWATCH_API_KEYS_FILE: path })
      const missing = yield* serve()
      assert.strictEqual(missing.code, 2)
      assert.include(
        missing.err,
        `${path}: there is no such file\n  \`opwatch keys create NAME --scope read\` makes one`
      )
      Fs.writeFileSync(path, "{}", { mode: 0o600 })
      assert.include((yield* serve()).err, `${path}: keys is missing`)
      const open = yield* Process.run(["serve", "--port", "0", "--host", "0.0.0.0"], { HOME: home })
      assert.strictEqual(open.code, 2)
      assert.include(open.err, "without API keys it listens on loopback only")
    })
  )
})
