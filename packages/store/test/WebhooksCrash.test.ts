import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import * as Receiver from "./Receiver.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"

const count = 400
const kills = 4

/** Runs it until it has nothing left to do, or kills it so many milliseconds after it started; whether it was done. */
const serve = (path: string, url: string, ahead: number, killAfter: number | undefined) =>
  Effect.callback<boolean>((resume) => {
    const program = `${import.meta.dirname}/WebhookServer.ts`
    const child = spawn(process.execPath, [program, path, url, String(count), String(ahead)])
    let output = ""
    child.stdout.on("data", (text: Buffer) => {
      output += text.toString()
      if (text.includes("started") && killAfter !== undefined) setTimeout(() => child.kill("SIGKILL"), killAfter)
    })
    child.stderr.on("data", (text: Buffer) => (output += text.toString()))
    child.on("exit", (code) => {
      if (code !== null && code !== 0) return resume(Effect.die(new Error(output)))
      return resume(Effect.succeed(output.includes("done")))
    })
    return Effect.sync(() => child.kill("SIGKILL"))
  })

it.live(
  "every final event arrives at least once, under one id, though servers are killed at any moment",
  () =>
    Effect.gen(function* () {
      const path = `${yield* TemporaryFolder.make}/opwatch.db`
      let isFaulty = true
      const receiver = yield* Receiver.make((response, count) => {
        if (isFaulty && count % 10 === 9) return void response.socket?.destroy()
        return void setTimeout(() => response.writeHead(200).end(), Math.random() * 30)
      })
      for (let round = 0; round < kills; round++) {
        yield* serve(path, receiver.url, round * 60, 200 + Math.random() * 900)
      }
      isFaulty = false
      assert.isTrue(yield* serve(path, receiver.url, 86_400 - 3600, undefined))
      const ids = new Map<string, Set<string>>()
      for (const { body, id } of receiver.received) {
        const { operation, type } = JSON.parse(body)
        assert.strictEqual(type, "operation.finished")
        ids.set(operation.id, new Set(ids.get(operation.id)).add(id))
      }
      assert.strictEqual(ids.size, count)
      assert.isTrue([...ids.values()].every((some) => some.size === 1))
    }),
  120_000
)
