/** What the servers count, all of them together. */
export interface Counted {
  readonly polls: number
  /** Operations that are polled. */
  readonly operations: number
  /** How many polls began no later than so many seconds after they were due, ascending. */
  readonly lateness: ReadonlyArray<readonly [seconds: number, polls: number]>
  /** Transactions that stored observations, and the seconds they took. */
  readonly writes: number
  readonly writing: number
}

export const read = async (urls: ReadonlyArray<string>): Promise<Counted> => {
  const texts = await Promise.all(urls.map(async (url) => (await fetch(`${url}/metrics`)).text()))
  const samples = Array.from(
    texts.join("\n").matchAll(/^(\w+)(?:\{(.*)\})? ([\d.e+-]+)$/gm),
    ([, name = "", labels = "", value]) => ({ name, labels, value: Number(value) })
  )
  const of = (metric: string) => samples.filter(({ name }) => name === metric)
  const sum = (metric: string, label = "") =>
    of(metric)
      .filter(({ labels }) => labels.includes(label))
      .reduce((total, { value }) => total + value, 0)
  const late = "opwatch_poll_lateness_seconds_bucket"
  const bounds = new Set(of(late).map(({ labels }) => /le="[^"]+"/.exec(labels)?.[0] ?? ""))
  return {
    polls: sum("opwatch_polls_total"),
    operations: sum("opwatch_operations"),
    lateness: Array.from(bounds, (bound): readonly [number, number] => [secondsOf(bound), sum(late, bound)]).toSorted(
      ([a], [b]) => a - b
    ),
    writes: sum("opwatch_store_seconds_count", 'method="observe"'),
    writing: sum("opwatch_store_seconds_sum", 'method="observe"')
  }
}

const secondsOf = (bound: string) => (bound.includes("+Inf") ? Infinity : Number(bound.slice(4, -1)))

/** What was counted in between. */
export const since = (before: Counted, after: Counted): Counted => {
  const earlier = new Map(before.lateness)
  return {
    polls: after.polls - before.polls,
    operations: after.operations,
    lateness: after.lateness.map(([seconds, polls]) => [seconds, polls - (earlier.get(seconds) ?? 0)]),
    writes: after.writes - before.writes,
    writing: after.writing - before.writing
  }
}

/** What a part of the polls was no later than, in milliseconds: the bound of a bucket. */
export const withinMillis = ({ lateness }: Counted, part: number): number => {
  const all = lateness.at(-1)?.[1] ?? NaN
  return 1_000 * (lateness.find(([, polls]) => polls >= part * all)?.[0] ?? Infinity)
}
