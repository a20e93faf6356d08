/** What is to be done when the process is suspended (Ctrl-Z), before it stops and once it goes on. */
export interface Suspension {
  readonly before: () => void
  readonly after: () => void
}

let current: Suspension | undefined

const suspend = () => {
  current?.before()
  // Without a listener the signal does what it does by itself: nothing below is reached before the process goes on.
  process.off("SIGTSTP", suspend)
  process.kill(process.pid, "SIGTSTP")
  process.on("SIGTSTP", suspend)
}

const goOn = () => current?.after()

/** From now on this is done; nothing with `undefined`, and then the signals are not listened to. */
export const allow = (suspension: Suspension | undefined): void => {
  if (suspension !== undefined && current === undefined) {
    process.on("SIGTSTP", suspend)
    process.on("SIGCONT", goOn)
  } else if (suspension === undefined && current !== undefined) {
    process.off("SIGTSTP", suspend)
    process.off("SIGCONT", goOn)
  }
  current = suspension
}
