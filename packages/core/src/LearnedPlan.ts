/**
 * The plan that a survival curve asks for. An operation is late by the moment of the poll that sees its end less that of the
 * end, and the plan cannot change the latter: what is left to pay after a poll at `t` is the least, over the next poll `u`, of
 * `price + (u − t) + S(u)/S(t) × V(u)`. A dynamic programme, solved backward from where only the age tells; times `S(t)`, that
 * is the least of lines in `S(t)`, so that it takes time in proportion to the grid.
 */
import * as Survival from "./Survival.ts"

/** The delay in milliseconds at an age in milliseconds: a look-up, never under 0.2 s. */
export interface LearnedPlan {
  (age: number): number
}

/** `price` is in milliseconds. */
export const make = ({ values }: Survival.Survival, price: number): LearnedPlan => {
  if (values.length === 0) return (age) => unknown(price, age)
  const next = polled(gridOf(values, Math.max(1, price)), Math.max(1, price))
  const first = next[0] ?? price
  const last = values.length - 1
  return (age) => {
    const index = Survival.indexOf(age)
    if (index >= last) return unknown(price, age)
    if (!(index > 0)) return Math.max(shortest, first - age)
    const whole = Math.floor(index)
    const [from, to] = [next[whole] ?? 0, next[whole + 1] ?? 0]
    return Math.max(shortest, from + (to - from) * (index - whole) - age)
  }
}

/** The delay where only the age tells. */
export const unknown = (price: number, age: number): number =>
  Math.max(shortest, price + Math.sqrt((2 * price * age) / Survival.ageHazard))

export const shortest = 200

interface Grid {
  readonly ages: ReadonlyArray<number>
  readonly alive: ReadonlyArray<number>
  /** Where the survival's own ages lie in the grid. */
  readonly nodes: Int32Array
}

/** Between the survival's own ages, as many as are needed for steps of a third of the delay that the hazard there asks for. */
const gridOf = (values: Float64Array, price: number): Grid => {
  const [ages, alive] = [[0], [1]]
  const nodes = new Int32Array(values.length)
  let [from, before] = [0, 1]
  for (const [index, after] of values.entries()) {
    const to = Survival.ageAt(index)
    const delay = Math.sqrt((price * (to - from) * (before + after)) / (before - after))
    const parts = Math.min(mostParts, Math.ceil((3 * (to - from)) / delay))
    for (let part = 1; part <= parts - 1; part++) {
      ages.push(from + ((to - from) * part) / parts)
      alive.push(before + ((after - before) * part) / parts)
    }
    ages.push(to)
    alive.push(after)
    nodes[index] = ages.length - 1
    ;[from, before] = [to, after]
  }
  return { ages, alive, nodes }
}

const mostParts = 200

/** The age of the next poll after each of the nodes. */
const polled = ({ ages, alive, nodes }: Grid, price: number): Float64Array => {
  const end = ages.length - 1
  const age = (index: number) => ages[index] ?? 0
  const following = new Float64Array(ages.length)
  /** A next poll at a point is a line in the survival: its slope is the age there, its height what is to pay from there on. */
  const heights = new Float64Array(ages.length)
  const hull = new Int32Array(ages.length)
  let size = 0
  const line = (place: number) => hull[place] ?? 0
  const height = (point: number) => heights[point] ?? 0
  const add = (point: number) => {
    for (; size > 1; size--) {
      const [a, b] = [line(size - 2), line(size - 1)]
      const isNeeded = (height(point) - height(a)) * (age(a) - age(b)) > (height(b) - height(a)) * (age(a) - age(point))
      if (isNeeded) break
    }
    hull[size++] = point
  }

  /** At a hazard of `h` per age, what is left to pay is √(2 × h × price × age) / (h − ½). */
  const { ageHazard } = Survival
  heights[end] = ((alive[end] ?? 0) * Math.sqrt(2 * ageHazard * price * age(end))) / (ageHazard - 0.5)
  following[end] = age(end) + unknown(price, age(end))
  add(end)
  for (let point = end - 1; point >= 0; point--) {
    const left = alive[point] ?? 0
    let [low, high] = [0, size - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      const [a, b] = [line(middle), line(middle + 1)]
      if (age(a) * left + height(a) <= age(b) * left + height(b)) high = middle
      else low = middle + 1
    }
    const best = line(low)
    following[point] = age(best)
    heights[point] = (price + age(best) - age(point)) * left + height(best)
    add(point)
  }
  return Float64Array.from(nodes, (point) => following[point] ?? 0)
}
