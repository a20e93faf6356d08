/** How the process ends: with the exit code of the command, or that of the signal which stopped it. */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import type * as Runtime from "effect/Runtime"
import { ExitCode } from "./ExitCode.ts"
import { escape } from "./TerminalText.ts"

const signals = { SIGINT: 130, SIGTERM: 143 } as const

/** The first signal lets the command say what it has to say; a second one ends the process there and then. */
export const teardown = (process: NodeJS.Process): Runtime.Teardown => {
  let received: number | undefined
  for (const [signal, code] of Object.entries(signals)) {
    process.on(signal, () => {
      if (received !== undefined) process.exit(code)
      received = code
    })
  }
  const crash = (error: unknown): never => {
    process.stderr.write(`opwatch: this is a bug in opwatch: ${escape(String(error))}\n`)
    return process.exit(ExitCode.defect)
  }
  process.on("uncaughtException", crash)
  return (exit) => {
    if (Exit.isSuccess(exit)) process.exit(typeof exit.value === "number" ? exit.value : ExitCode.success)
    if (Cause.hasInterruptsOnly(exit.cause)) process.exit(received ?? signals.SIGINT)
    crash(Cause.squash(exit.cause))
  }
}
