/** Laws that plans are judged under. None of the plan's constants was chosen on them; those laws are in `poll-plan-tuning.ts`. */
import { law, type Law, logLogistic, logNormal, mixture, pareto, type Shape, slowed, weibull } from "./poll-plan-law.ts"

const minute = 60
const hour = 60 * minute
const day = 24 * hour

export const laws: ReadonlyArray<Law> = [
  law("narrow, 4 s", logNormal(4, 0.05)),
  law("narrow, 2 min", logNormal(2 * minute, 0.05)),
  law("narrow, 1 h", logNormal(hour, 0.05)),
  law("narrow, 1 day", logNormal(day, 0.05)),
  law("steady, 30 s", logNormal(30, 0.25)),
  law("steady, 6 h", logNormal(6 * hour, 0.25)),
  law("wide, 10 s", logNormal(10, 0.8)),
  law("wide, 10 min", logNormal(10 * minute, 1)),
  law("wide, 1 day", logNormal(day, 0.8)),
  law("very wide, 5 min", logNormal(5 * minute, 1.8)),
  law("exponential, 1 min", weibull(minute, 1)),
  law("Weibull 0.5, 1 h", weibull(hour, 0.5)),
  law("Weibull 2.5, 20 min", weibull(20 * minute, 2.5)),
  law("Pareto 1.1 from 10 s", pareto(10, 1.1)),
  law("log-logistic 0.9, 3 min", logLogistic(3 * minute, 0.9)),
  law("two, 6 s and 5 min", mixture([0.8, logNormal(6, 0.3)], [0.2, logNormal(5 * minute, 0.4)])),
  law("two, 1 min and 8 h", mixture([0.5, logNormal(minute, 0.25)], [0.5, logNormal(8 * hour, 0.25)])),
  law("two narrow, 20 s and 15 min", mixture([0.7, logNormal(20, 0.05)], [0.3, logNormal(15 * minute, 0.05)])),
  law("narrow with long tail", mixture([0.9, logNormal(45, 0.06)], [0.1, pareto(minute, 1)])),
  law(
    "mixed kinds",
    mixture(
      [0.35, logNormal(3, 0.4)],
      [0.3, logNormal(90, 0.05)],
      [0.2, weibull(20 * minute, 1)],
      [0.15, logNormal(5 * hour, 0.3)]
    )
  )
]

/** Of each, its law becomes three times slower, and three times faster. */
const drifting: Record<string, Shape> = {
  "narrow, 10 s": logNormal(10, 0.05),
  "narrow, 30 min": logNormal(30 * minute, 0.05),
  "narrow, 10 h": logNormal(10 * hour, 0.05),
  "steady, 5 min": logNormal(5 * minute, 0.25),
  "wide, 20 min": logNormal(20 * minute, 1),
  "exponential, 2 h": weibull(2 * hour, 1),
  "two, 8 s and 10 min": mixture([0.7, logNormal(8, 0.3)], [0.3, logNormal(10 * minute, 0.3)]),
  "two narrow, 15 s and 5 min": mixture([0.5, logNormal(15, 0.05)], [0.5, logNormal(5 * minute, 0.05)]),
  "narrow in wide": mixture([0.6, logNormal(minute, 0.05)], [0.4, logNormal(10 * minute, 1.2)])
}

export interface Drift {
  readonly name: string
  readonly before: Law
  readonly after: Law
}

export const drifts: ReadonlyArray<Drift> = Object.entries(drifting).flatMap(([name, shape]) =>
  [3, 1 / 3].map((times) => ({
    name: `${name}, ${times > 1 ? "× 3" : "÷ 3"}`,
    before: law(name, shape),
    after: slowed(name, times, shape)
  }))
)
