/** Laws that the plan's constants were chosen on. What is judged are others: those of `poll-plan-laws.ts`. */
import { law, type Law, logLogistic, logNormal, mixture, weibull } from "./poll-plan-law.ts"

export const tuningLaws: ReadonlyArray<Law> = [
  law("log-normal 8 s, 0.05", logNormal(8, 0.05)),
  law("log-normal 90 s, 0.06", logNormal(90, 0.06)),
  law("log-normal 5 h, 0.05", logNormal(18_000, 0.05)),
  law("log-normal 20 s, 0.3", logNormal(20, 0.3)),
  law("log-normal 20 min, 0.3", logNormal(1_200, 0.3)),
  law("log-normal 3 min, 1", logNormal(180, 1)),
  law("log-normal 40 min, 2", logNormal(2_400, 2)),
  law("Weibull 10 min, 0.7", weibull(600, 0.7)),
  law("log-logistic 15 s, 1.2", logLogistic(15, 1.2)),
  law("two narrow: 12 s, 10 min", mixture([0.6, logNormal(12, 0.06)], [0.4, logNormal(600, 0.06)])),
  law("two: 10 s, 2 h", mixture([0.75, logNormal(10, 0.3)], [0.25, logNormal(7_200, 0.3)])),
  law("narrow in wide: 30 s, 10 min", mixture([0.7, logNormal(30, 0.05)], [0.3, logNormal(600, 1.2)])),
  law("three kinds", mixture([0.4, logNormal(5, 0.5)], [0.4, logNormal(300, 0.1)], [0.2, logNormal(3_000, 0.8)]))
]
