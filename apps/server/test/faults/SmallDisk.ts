/** A disk of a few megabytes that can be filled, where one may be mounted. */
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { folder } from "../Process.ts"

const run = (command: string, ...args: ReadonlyArray<string>) =>
  spawnSync(command, args, { stdio: "ignore" }).status === 0

const mount = (path: string, megabytes: number) =>
  run("mount", "-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path)

/** As root may, outside most containers. */
export const mayMount = Effect.runSync(
  Effect.scoped(Effect.map(folder, (path) => mount(path, 8) && run("umount", path)))
)

export const make = Effect.fnUntraced(function* (megabytes = 8) {
  const path = yield* folder
  yield* Effect.acquireRelease(
    Effect.sync(() => mount(path, megabytes)),
    () => Effect.sync(() => run("umount", "--lazy", path))
  )
  const ballast = join(path, "ballast")
  return {
    path,
    fill: Effect.sync(() => {
      try {
        for (let size = 0; ; size += 4_096) writeFileSync(ballast, Buffer.alloc(4_096), { flag: "a" })
      } catch (cause) {
        if (!(cause instanceof Error && "code" in cause && cause.code === "ENOSPC")) throw cause
      }
    }),
    empty: Effect.sync(() => rmSync(ballast))
  }
})
