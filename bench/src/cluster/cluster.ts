/**
 * What servers of a cluster cost, one, two and three of them, beside one that is in none: all on one new Postgres, which does not
 * wait for its disk, and a provider that answers at once, all on this machine.
 *
 *     npm run bench -- cluster [--operations N] [--polls N] [--changes N] [--seconds N] [--rounds N] [--most N] [--json FILE]
 */
import { writeFile } from "node:fs/promises"
import { availableParallelism, cpus, loadavg } from "node:os"
import { parseArgs } from "node:util"
import * as Ramp from "./ramp.ts"
import * as Report from "./report.ts"
import * as Scene from "./scene.ts"
import * as Steady from "./steady.ts"

export const run = async (): Promise<void> => {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      operations: { type: "string", default: "50000" },
      polls: { type: "string", default: "500" },
      changes: { type: "string", default: "100" },
      seconds: { type: "string", default: "30" },
      rounds: { type: "string", default: "3" },
      most: { type: "string", default: "8000" },
      json: { type: "string" }
    }
  })
  const options: Steady.Options = {
    operations: Number(values.operations),
    polls: Number(values.polls),
    changes: Number(values.changes),
    seconds: Number(values.seconds),
    rounds: Number(values.rounds)
  }
  const cores = availableParallelism()
  console.log(
    `${cores} cores (${cpus()[0]?.model}) for the servers, Postgres, the provider and whatever else runs here: servers past that ` +
      "number cannot poll more. What a poll takes of a processor holds elsewhere too, as ratios.\n"
  )
  await Scene.make({ operations: options.operations }, async (scene) => {
    const steady = await Steady.run(scene, options)
    const ramp = await rising(scene, options.seconds / 2, Number(values.most))
    console.log(`\nload of the machine: ${loadavg()[0]?.toFixed(1)}`)
    const figures = { cores, processor: cpus()[0]?.model, options, ...steady, ramp }
    if (values.json !== undefined) await writeFile(values.json, JSON.stringify(figures, null, 2))
  })
}

/** More and more operations, polled each second, until polls are late. */
const rising = async (scene: Scene.Scene, seconds: number, most: number) => {
  console.log("\noperations that are polled each second, more at each step")
  Report.heading()
  const steps: Array<Ramp.Step> = []
  for (const runners of Steady.fleets) {
    const taken = await Ramp.run(scene, { runners, seconds, most }, ({ asked, measured }) =>
      Report.tell(Report.nameOf(runners), { asked, operations: asked, measured })
    )
    steps.push(...taken)
  }
  for (const runners of Steady.fleets) {
    const kept = Ramp.keptUp(steps.filter((step) => step.runners === runners))
    console.log(
      `${Report.nameOf(runners)}: up to ${kept} polls/s in time, p95 of lateness no more than ${Ramp.latest} ms`
    )
  }
  return steps
}
