/** How the process ends: with the exit code of the command, or that of the signal which stopped it. */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import type * as Runtime from "effect/Runtime"
import * as BugReport from "./failure/BugReport.ts"
import { ExitCode } from "./ExitCode.ts"
import { takeAway } from "./StandardStreams.ts"

const signals = { SIGINT: 130, SIGTERM: 143 } as const
const hungUp = 129

/** The first signal lets the command say what it has to say; a second one ends the process there and then. */
export const teardown = (process: NodeJS.Process): Runtime.Teardown => {
  let received: number | undefined
  for (const [signal, code] of Object.entries(signals)) {
    process.on(signal, () => {
      if (received !== undefined) process.exit(code)
      received = code
    })
  }
  // What interrupts the command listens to SIGTERM; that its terminal was closed is told by the exit code alone.
  process.on("SIGHUP", (signal) => {
    process.emit("SIGTERM", signal)
    received = hungUp
  })
  const crash = (error: unknown): never => {
    takeAway()
    const circumstances = { args: process.argv.slice(2), environment: process.env }
    process.stderr.write(BugReport.render(Cause.die(error), circumstances))
    return process.exit(ExitCode.defect)
  }
  process.on("uncaughtException", crash)
  return (exit) => {
    if (Exit.isSuccess(exit)) process.exit(typeof exit.value === "number" ? exit.value : ExitCode.success)
    if (Cause.hasInterruptsOnly(exit.cause)) process.exit(received ?? signals.SIGINT)
    crash(Cause.squash(exit.cause))
  }
}
