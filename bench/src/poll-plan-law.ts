/**
 * Laws of how long operations take, in seconds, all cut at seven days: what would last longer is drawn again. A law knows
 * its survival function exactly, so that what a plan costs under it is computed and not sampled.
 */
export interface Law {
  readonly name: string
  /** The part that lasts longer than so many seconds. */
  readonly survival: (seconds: number) => number
  /** The mean of the smaller of a duration and so many seconds. */
  readonly restricted: (seconds: number) => number
  readonly sample: (random: () => number) => number
  /** Durations that stand for all: each is as likely as the others. Ascending. */
  readonly quantiles: Float64Array
  /** The least log-standard deviation of its modes; a narrow one cannot be guessed without history. */
  readonly narrowest: number
}

/** A law before it is cut. */
export interface Shape {
  readonly survival: (seconds: number) => number
  readonly sample: (random: () => number) => number
  readonly narrowest: number
}

export const longest = 7 * 86_400

/** The numbers of Mulberry32: the same for the same seed, everywhere. */
export const random = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export const logNormal = (median: number, deviation: number): Shape => ({
  survival: (seconds) => (seconds <= 0 ? 1 : normalTail(Math.log(seconds / median) / deviation)),
  sample: (next) => {
    const radius = Math.sqrt(-2 * Math.log(1 - next()))
    return median * Math.exp(deviation * radius * Math.cos(2 * Math.PI * next()))
  },
  narrowest: deviation
})

/** Of exponent one it forgets its age; of a lower one it has a heavy tail. */
export const weibull = (median: number, exponent: number): Shape => {
  const scale = median / Math.LN2 ** (1 / exponent)
  return {
    survival: (seconds) => (seconds <= 0 ? 1 : Math.exp(-((seconds / scale) ** exponent))),
    sample: (next) => scale * (-Math.log(1 - next())) ** (1 / exponent),
    narrowest: Math.PI / Math.sqrt(6) / exponent
  }
}

/** Survival falls as a power of the time. */
export const logLogistic = (median: number, exponent: number): Shape => ({
  survival: (seconds) => (seconds <= 0 ? 1 : 1 / (1 + (seconds / median) ** exponent)),
  sample: (next) => median * (1 / (1 - next()) - 1) ** (1 / exponent),
  narrowest: Math.PI / Math.sqrt(3) / exponent
})

/** Nothing ends before `least`, and then survival falls as a power of the time. */
export const pareto = (least: number, exponent: number): Shape => ({
  survival: (seconds) => (seconds <= least ? 1 : (least / seconds) ** exponent),
  sample: (next) => least * (1 - next()) ** (-1 / exponent),
  narrowest: 1 / exponent
})

export const mixture = (...parts: ReadonlyArray<readonly [weight: number, shape: Shape]>): Shape => ({
  survival: (seconds) => parts.reduce((sum, [weight, shape]) => sum + weight * shape.survival(seconds), 0),
  sample: (next) => {
    let left = next()
    for (const [weight, shape] of parts) {
      if (left < weight) return shape.sample(next)
      left -= weight
    }
    return (parts.at(-1) ?? parts[0])?.[1].sample(next) ?? 0
  },
  narrowest: Math.min(...parts.map(([, { narrowest }]) => narrowest))
})

/** The law of this shape, cut. */
export const law = (name: string, shape: Shape): Law => {
  const beyond = shape.survival(longest)
  const survival = (seconds: number) =>
    seconds >= longest ? 0 : Math.max(0, (shape.survival(seconds) - beyond) / (1 - beyond))
  const steps = [0, ...Array.from({ length: 40_001 }, (_, index) => 0.01 * (longest / 0.01) ** (index / 40_000))]
  const sums = new Float64Array(steps.length)
  for (let index = 1; index < steps.length; index++) {
    sums[index] = (sums[index - 1] ?? 0) + between(survival, steps[index - 1] ?? 0, steps[index] ?? 0)
  }
  return {
    name,
    survival,
    restricted: (seconds) => {
      if (seconds >= longest) return sums.at(-1) ?? 0
      const at = seconds < 0.01 ? 0 : 1 + Math.floor((Math.log(seconds / 0.01) / Math.log(longest / 0.01)) * 40_000)
      return (sums[at] ?? 0) + between(survival, steps[at] ?? 0, seconds)
    },
    sample: (next) => {
      for (;;) {
        const seconds = shape.sample(next)
        if (seconds < longest) return seconds
      }
    },
    quantiles: Float64Array.from({ length: 1_000 }, (_, index) => ageWhenLeft(survival, 1 - (index + 0.5) / 1_000)),
    narrowest: shape.narrowest
  }
}

/** The same law on a clock that runs so many times slower. */
export const slowed = (name: string, times: number, shape: Shape): Law =>
  law(name, {
    survival: (seconds) => shape.survival(seconds / times),
    sample: (next) => shape.sample(next) * times,
    narrowest: shape.narrowest
  })

const ageWhenLeft = (survival: (seconds: number) => number, left: number): number => {
  let [low, high] = [1e-3, longest]
  while (high > 1.0001 * low) {
    const middle = Math.sqrt(low * high)
    if (survival(middle) > left) low = middle
    else high = middle
  }
  return high
}

/** Simpson's rule. */
const between = (f: (x: number) => number, from: number, to: number) =>
  ((to - from) / 6) * (f(from) + 4 * f((from + to) / 2) + f(to))

/** The upper tail of the normal law: a series near the middle, a continued fraction beyond. */
export const normalTail = (z: number): number => {
  if (z < 0) return 1 - normalTail(-z)
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z < 3) {
    let [term, sum] = [z, z]
    for (let index = 1; Math.abs(term) > 1e-17 * Math.abs(sum); index++) {
      term *= (z * z) / (2 * index + 1)
      sum += term
    }
    return 0.5 - density * sum
  }
  let fraction = 0
  for (let index = 60; index > 0; index--) fraction = index / (z + fraction)
  return density / (z + fraction)
}
