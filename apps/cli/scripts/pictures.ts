/** Makes the pictures of the README: the real program in a pseudo-terminal, against the emulator. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { fileURLToPath } from "node:url"
import * as Process from "../test/Process.ts"
import * as Terminal from "../test/Terminal.ts"
import * as TerminalPicture from "./TerminalPicture.ts"

const images = fileURLToPath(new URL("../../../docs/images/", import.meta.url))

type Session = Effect.Success<ReturnType<typeof Terminal.start>>

/** The rows from the first that begins with one text to before the next that begins with the other; else to the last. */
const save = Effect.fnUntraced(function* (name: string, title: string, session: Session, begin: string, end?: string) {
  const rows = session.everything().split("\n")
  const from = rows.findIndex((row) => row.startsWith(begin))
  const next = end === undefined ? -1 : rows.findIndex((row) => row.startsWith(end))
  const to = next < 0 ? rows.length : next - 1
  const fileSystem = yield* FileSystem.FileSystem
  yield* fileSystem.makeDirectory(images, { recursive: true })
  yield* fileSystem.writeFileString(`${images}${name}.svg`, TerminalPicture.render(title, session.buffer, from, to))
})

/** Types the command before it runs it, as a person would. */
const typed = (line: string, command = '"$@"') => `printf '%s\\n' '$ ${line}'; ${command}`

const demo = Effect.gen(function* () {
  const session = yield* Terminal.start(["demo"], { columns: 96, rows: 50 })
  yield* session.ended
  yield* save("demo", "opwatch demo: an upload fails, and its log says why", session, "2. ", "3. ")
})

const explain = Effect.gen(function* () {
  const environment = yield* Process.onEmulator
  const args = ["explain", "toloka/5a3e6c0be4b0bf7b07a02570", "cloud/fhmquota0emulator001"]
  const line = ["opwatch", ...args].join(" ")
  const session = yield* Terminal.start(args, { columns: 96, rows: 40, environment, script: typed(line) })
  yield* session.ended
  yield* save("explain", "opwatch explain: why two operations are as they are, and what to do next", session, "$")
})

const ago = (minutes: number, zone: string) =>
  new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d+Z$/, zone)

const toloka = (minutes: number, type: string, rest: object) => ({
  api: "toloka",
  operation: { type, status: "RUNNING", submitted: ago(minutes, ""), started: ago(minutes, ""), ...rest }
})

const cloud = (minutes: number, kind: string, progressPercentage?: number, rest: object = {}) => ({
  api: "cloud",
  operation: {
    createdAt: ago(minutes, "Z"),
    metadata: { "@type": `type.googleapis.com/yandex.cloud.${kind}Metadata`, progressPercentage },
    ...rest
  }
})

const over = (set: object) => ({ steps: [{ set }] })
const counts = { total_count: 500, success_count: 489, failed_count: 11 }
const quota = { code: 8, message: "Quota limit compute.instances.count exceeded" }

const scripts: Record<string, object> = {
  fhm9k2disk0000000001: { ...cloud(3, "compute.v1.CreateDisk"), ...over({ done: true, response: {} }) },
  "65e6e6b8e4b0bf7b07a02600": {
    ...toloka(4, "TASK.BATCH_CREATE", { progress: 95 }),
    ...over({ status: "SUCCESS", progress: 100, details: counts })
  },
  fhm9k2disk0000000002: {
    ...cloud(2, "compute.v1.DeleteDisk"),
    ...over({ done: true, error: { code: 9, message: "The disk is attached" } })
  },
  "65e6e6b8e4b0bf7b07a02611": toloka(6, "TASK.BATCH_CREATE", { progress: 72 }),
  "65e6e6b8e4b0bf7b07a02612": toloka(5, "TASK_SUITE.BATCH_CREATE", { progress: 31 }),
  "65e6e6b8e4b0bf7b07a02613": toloka(1, "USER_BONUS.BATCH_CREATE", { progress: 8 }),
  "65e6e6b8e4b0bf7b07a02614": toloka(0, "POOL.OPEN", { status: "PENDING", started: null }),
  c9qd41cluster0000001: cloud(12, "mdb.postgresql.v1.CreateCluster"),
  c9qd41cluster0000002: cloud(0, "mdb.clickhouse.v1.UpdateCluster"),
  fhm9k2snapshot000001: cloud(2, "compute.v1.CreateSnapshot", 64),
  fhm9k2instance000001: cloud(1, "compute.v1.CreateInstance", undefined, { error: quota }),
  ajed7asrtranscript01: cloud(9, "ai.stt.v3.RecognizeFile")
}

const throttled = "c9qd41cluster0000002"

const wait = Effect.gen(function* () {
  const environment = yield* Process.onEmulator
  const fileSystem = yield* FileSystem.FileSystem
  const directory = yield* fileSystem.makeTempDirectoryScoped({ prefix: "opwatch-pictures-" })
  for (const [id, script] of Object.entries(scripts)) yield* Process.script({ id, ...script })
  const refs = Object.keys(scripts).map((id) => `${/^\d/.test(id) ? "toloka" : "cloud"}/${id}`)
  yield* fileSystem.writeFileString(`${directory}/running.txt`, refs.join("\n"))
  const session = yield* Terminal.start(["wait", "-"], {
    columns: 114,
    rows: 20,
    environment: { ...environment, FOLDER: directory },
    script: typed("opwatch wait - < running.txt", 'cd "$FOLDER"; "$@" < running.txt')
  })
  yield* session.says("3 of 12 done")
  const { url } = yield* Emulator
  const faults = [{ kind: "throttled", retryAfter: 8, operation: throttled }]
  const headers = { "content-type": "application/json" }
  const put = { method: "PUT", headers, body: JSON.stringify(faults) }
  yield* Effect.promise(() => fetch(`${url}/_emulator/faults`, put))
  yield* session.says("throttled, again in 7s")
  yield* save("wait", "opwatch wait: twelve operations, three of them done", session, "$")
})

Effect.forEach([explain, wait, demo], Effect.scoped, { discard: true }).pipe(
  Effect.provide(Layer.merge(Emulator.layer(), NodeServices.layer)),
  NodeRuntime.runMain
)
