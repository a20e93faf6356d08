/** Runs another program in opwatch's place: it has the same terminal, and its exit code is the answer. */
import { spawn } from "node:child_process"
import { constants } from "node:os"
import * as Effect from "effect/Effect"
import * as Failure from "./failure/Failure.ts"

/** How long an interrupted program may take to end before it is killed. */
const graceMillis = 5_000

/** A program that was ended by a signal gives 128 and the signal's number, as in a shell. */
export const run = (
  [command = "", ...args]: ReadonlyArray<string>,
  environment: Readonly<Record<string, string | undefined>>
): Effect.Effect<number, Failure.Failure> =>
  Effect.callback((resume) => {
    const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...environment } })
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()))
    const forward = (signal: NodeJS.Signals) => {
      // A terminal sends ^C to both of them already.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal)
    }
    process.on("SIGINT", forward)
    process.on("SIGTERM", forward)
    const stopForwarding = () => {
      process.off("SIGINT", forward)
      process.off("SIGTERM", forward)
    }
    child.once("error", (error: NodeJS.ErrnoException) => {
      stopForwarding()
      const problem = error.code === "ENOENT" ? "there is no such command" : error.message
      resume(Effect.fail(Failure.usage("CommandNotRun", `cannot run ${command}: ${problem}`)))
    })
    child.once("exit", (code, signal) => {
      stopForwarding()
      resume(Effect.succeed(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
    })
    return Effect.promise(() => exited).pipe(
      Effect.timeoutOrElse({ duration: graceMillis, orElse: () => Effect.sync(() => void child.kill("SIGKILL")) }),
      Effect.ensuring(Effect.sync(stopForwarding))
    )
  })
