/** The pictures of `docs/poll-plan.md`, from what the benchmark found. */
import { best, type Example, nameOf, type Results, sizes } from "./poll-plan-results.ts"

export const drawn = ({ examples, judged, recovered }: Results): Record<string, string> => {
  const names = Object.keys(judged[0]?.plans ?? {}).filter((name) => name !== best)
  const ratio = (plans: Results["judged"][number]["plans"], name: string) =>
    (plans[name]?.cost ?? NaN) / (plans[best]?.cost ?? NaN)
  const cost = chart({
    title: "Cost against the optimum for the known law; each dot is a law",
    x: { from: -0.5, to: names.length - 0.5, ticks: names.map((name, index) => [index, name]) },
    y: { from: 1, to: 1_000, ticks: [1, 2, 5, 10, 100, 1_000].map((tick) => [tick, `× ${tick}`]), isLog: true },
    marks: names.flatMap((name, column) =>
      judged.map(({ plans }, row) => ({
        kind: "dot" as const,
        x: column + 0.5 * (row / Math.max(1, judged.length - 1) - 0.5),
        y: ratio(plans, name),
        color: ours(name) ? colors.ours : colors.others
      }))
    )
  })
  const change = chart({
    title: "After a law becomes three times slower or faster: cost against the optimum for the new law",
    x: { from: 0, to: 200, ticks: [0, 20, 50, 100, 200].map((tick) => [tick, `${tick} ends`]) },
    y: { from: 1, to: 400, ticks: [1, 1.3, 2, 5, 10, 100, 400].map((tick) => [tick, `× ${tick}`]), isLog: true },
    marks: recovered.map(({ after, drift }) => ({
      kind: "line" as const,
      points: after.map(({ ends, mean }) => [ends, mean] as const),
      color: drift.endsWith("3") && drift.includes("×") ? colors.ours : colors.others
    })),
    legend: [
      ["three times slower", colors.ours],
      ["three times faster", colors.others]
    ]
  })
  return { cost, change, ...Object.fromEntries(examples.map((example) => ["delays", delaysOf(example)])) }
}

const delaysOf = ({ law, polls }: Example) => {
  const shades = [colors.others, colors.ours, colors.best]
  return chart({
    title: `The delay at each age. Law: ${law}`,
    x: { from: 1, to: 100_000, ticks: times, isLog: true },
    y: { from: 0.5, to: 30_000, ticks: times.filter(([at]) => at < 30_000), isLog: true },
    marks: Object.values(polls).map((ages, index) => ({
      kind: "line" as const,
      points: ages.flatMap((age, poll) =>
        age < 1 || age > 100_000 ? [] : [[age, (ages[poll + 1] ?? age) - age] as const]
      ),
      color: shades[index] ?? colors.best
    })),
    legend: Object.keys(polls).map((name, index) => [name, shades[index] ?? colors.best])
  })
}

const ours = (name: string) => [0, ...sizes].some((size) => name === nameOf(size))

const times: ReadonlyArray<Tick> = [
  [1, "1 s"],
  [10, "10 s"],
  [60, "1 min"],
  [600, "10 min"],
  [3_600, "1 h"],
  [28_800, "8 h"],
  [86_400, "1 d"]
]

const colors = {
  window: "#16181d",
  edge: "#3a3f4b",
  text: "#d7dae0",
  dim: "#5c6370",
  ours: "#8cc265",
  others: "#61afef",
  best: "#e5c07b"
}

type Tick = readonly [at: number, label: string]

interface Axis {
  readonly from: number
  readonly to: number
  readonly ticks: ReadonlyArray<Tick>
  readonly isLog?: boolean
}

type Mark =
  | { readonly kind: "dot"; readonly x: number; readonly y: number; readonly color: string }
  | { readonly kind: "line"; readonly points: ReadonlyArray<readonly [number, number]>; readonly color: string }

interface Chart {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly marks: ReadonlyArray<Mark>
  readonly legend?: ReadonlyArray<readonly [name: string, color: string]>
}

const size = { width: 860, height: 380 }
const inner = { left: 70, right: 815, top: 48, bottom: 340 }

const chart = ({ legend = [], marks, title, x, y }: Chart): string => {
  const across = (at: number) => round(inner.left + part(x, at) * (inner.right - inner.left))
  const up = (at: number) => round(inner.bottom - part(y, at) * (inner.bottom - inner.top))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img">`,
    `<title>${title}</title>`,
    `<rect x=".5" y=".5" width="${size.width - 1}" height="${size.height - 1}" rx="8" fill="${colors.window}" stroke="${colors.edge}"/>`,
    `<g font-family="system-ui, sans-serif" font-size="13" fill="${colors.text}">`,
    `<text x="20" y="27" font-size="14">${title}</text>`,
    ...y.ticks.map(
      ([at, label]) =>
        `<path d="M${inner.left} ${up(at)}H${inner.right}" stroke="${colors.edge}"/><text x="${inner.left - 8}" y="${up(at) + 4}" text-anchor="end">${label}</text>`
    ),
    ...x.ticks.map(
      ([at, label]) => `<text x="${across(at)}" y="${inner.bottom + 22}" text-anchor="middle">${label}</text>`
    ),
    ...marks.map((mark) => markOf(mark, across, up)),
    ...legend.map(
      ([name, color], index) =>
        `<text x="${inner.right - 8}" y="${inner.top + 18 * (index + 1)}" text-anchor="end" fill="${color}">${name}</text>`
    ),
    "</g>",
    "</svg>",
    ""
  ].join("\n")
}

const markOf = (mark: Mark, across: (at: number) => number, up: (at: number) => number): string =>
  mark.kind === "dot"
    ? `<circle cx="${across(mark.x)}" cy="${up(mark.y)}" r="4" fill="${mark.color}" fill-opacity=".8"/>`
    : `<path d="M${mark.points.map(([x, y]) => `${across(x)} ${up(y)}`).join("L")}" fill="none" stroke="${mark.color}" stroke-width="2" stroke-opacity=".85"/>`

/** Where on the axis: what lies outside is drawn at its edge. */
const part = ({ from, isLog = false, to }: Axis, at: number): number => {
  const along = isLog ? Math.log(at / from) / Math.log(to / from) : (at - from) / (to - from)
  return Math.min(1, Math.max(0, along))
}

const round = (pixels: number) => Math.round(pixels * 10) / 10
