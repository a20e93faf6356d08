/** The results as text: what each plan costs against the optimum, and whether the targets are reached. */
import type { Cost } from "./poll-plan-cost.ts"
import { best, type Judged, nameOf, type Results, sizes } from "./poll-plan-results.ts"

type Row = readonly [name: string, ...cells: ReadonlyArray<string>]

export const tell = ({ differences, judged, price, recovered, seed, seeds }: Results): void => {
  const names = Object.keys(judged[0]?.plans ?? {})
  const table = (title: string, cell: (judged: Judged, name: string) => string) => {
    console.log(`\n${title}\n`)
    print([["law", ...names], ...judged.map((law): Row => [law.law, ...names.map((name) => cell(law, name))])])
  }
  const value = (of: (cost: Cost) => number) => (law: Judged, name: string) => short(of(law.plans[name] ?? nothing))
  console.log(`price ${price} s a poll; plans with a history: mean over ${seeds} histories from seed ${seed}`)
  const [closedForm, finerGrid, trial] = [differences.closedForm, differences.finerGrid, differences.trial].map(
    (difference) => `${(100 * difference).toFixed(2)} %`
  )
  console.log(
    `the optimum is off by ${closedForm} from the closed form and by ${finerGrid} from a finer grid, a cost by ${trial} from trial`
  )
  table("cost against the optimum (with the worst history)", (law, name) => {
    const { cost, worst } = law.plans[name] ?? nothing
    const least = law.plans[best]?.cost ?? NaN
    if (name === best) return `= ${short(cost)} s`
    return isLearned(name) ? `${(cost / least).toFixed(3)} (${(worst / least).toFixed(2)})` : short(cost / least)
  })
  table(
    "polls an operation",
    value(({ polls }) => polls)
  )
  table(
    "mean lateness, s",
    value(({ lateness }) => lateness)
  )
  table(
    "95th percentile of the lateness, s",
    value(({ lateness95 }) => lateness95)
  )
  if (recovered.length === 0) return
  console.log("\ncost against the optimum after the law changed, by the ends since (with the worst history)\n")
  print([
    ["change", ...(recovered[0]?.after ?? []).map(({ ends }) => String(ends))],
    ...recovered.map(({ after, drift }): Row => [
      drift,
      ...after.map(({ mean, worst }) => `${mean.toFixed(2)} (${worst.toFixed(2)})`)
    ])
  ])
}

/** Says what was to be reached, and whether all of it was. Held against them are means over histories. */
export const tellTargets = ({ judged, recovered }: Results): boolean => {
  const ratios = (name: string, laws = judged) =>
    laws.map(({ plans }) => (plans[name]?.cost ?? NaN) / (plans[best]?.cost ?? NaN))
  const mean = (all: ReadonlyArray<number>) => all.reduce((a, b) => a + b, 0) / all.length
  const guessable = ratios(
    nameOf(0),
    judged.filter(({ narrowest }) => narrowest >= 0.25)
  )
  const [few, some, many] = sizes.map((size) => ratios(nameOf(size)))
  const later = recovered.map(({ after }) => after.at(-1)?.mean ?? NaN)
  const targets: ReadonlyArray<readonly [what: string, reached: number, target: number]> = [
    ["no history, every law of 0.25 or more", Math.max(...guessable), 2.5],
    ["no history, mean over those", mean(guessable), 1.8],
    ["50 past operations, every law", Math.max(...(few ?? [])), 1.4],
    ["50 past operations, mean", mean(few ?? []), 1.25],
    ["200 past operations, every law", Math.max(...(some ?? [])), 1.25],
    ["200 past operations, mean", mean(some ?? []), 1.12],
    ["2,000 past operations, every law", Math.max(...(many ?? [])), 1.12],
    ...(later.length === 0 ? [] : [["200 operations after a change, every law", Math.max(...later), 1.3] as const])
  ]
  console.log("\ncost against the optimum\n")
  print([
    ["", "reached", "at most", ""],
    ...targets.map(([what, reached, target]): Row => [
      what,
      reached.toFixed(3),
      String(target),
      reached <= target ? "yes" : "NO"
    ])
  ])
  return targets.every(([, reached, target]) => reached <= target)
}

const nothing = { cost: NaN, polls: NaN, lateness: NaN, lateness95: NaN, worst: NaN }

const isLearned = (name: string) => sizes.some((size) => name === nameOf(size))

const short = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

const print = (rows: ReadonlyArray<Row>) => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)))
  for (const [name, ...cells] of rows) {
    const rest = cells.map((cell, index) => cell.padStart(widths[index + 1] ?? 0))
    console.log([name.padEnd(widths[0] ?? 0), ...rest].join("  ").trimEnd())
  }
}
