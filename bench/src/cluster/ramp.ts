/** At how many polls a second they begin to be late: operations that are polled each second, more of them at each step. */
import { setTimeout } from "node:timers/promises"
import type { Measured } from "./measure.ts"
import * as Metrics from "./metrics.ts"
import type { Scene } from "./scene.ts"
import * as Servers from "./servers.ts"

export interface Step {
  readonly runners: number
  /** Polls a second: as many as there are operations. */
  readonly asked: number
  readonly measured: Measured
}

/** A second after each answer, a quarter more or less. */
const polling = { price: "1s", maxInterval: "1s" }

const first = 250
const growth = Math.SQRT2

/** In milliseconds, at the 95th percentile: where it ends. */
export const latest = 1_000

const settling = 5_000

export const run = async (
  scene: Scene,
  { most, runners, seconds }: { readonly runners: number; readonly seconds: number; readonly most: number },
  tell: (step: Step) => void
): Promise<ReadonlyArray<Step>> => {
  const database = await scene.newDatabase()
  return scene.using({ runners, polling, database }, async (servers) => {
    const steps: Array<Step> = []
    for (let tracked = 0, asked = first; asked <= most; asked = Math.round(asked * growth)) {
      await Servers.track(servers, tracked, asked)
      tracked = asked
      await Servers.seen(servers)
      await setTimeout(settling)
      const step = { runners, asked, measured: await scene.during(seconds, servers, database) }
      steps.push(step)
      tell(step)
      if (Metrics.withinMillis(step.measured.counted, 0.95) > latest) break
    }
    return steps
  })
}

/** The most that were asked for and made in time. */
export const keptUp = (steps: ReadonlyArray<Step>): number =>
  Math.max(
    0,
    ...steps
      .filter(({ asked, measured: { counted, seconds } }) => {
        const isReached = counted.polls / seconds >= 0.95 * asked
        return isReached && Metrics.withinMillis(counted, 0.95) <= latest
      })
      .map(({ asked }) => asked)
  )
