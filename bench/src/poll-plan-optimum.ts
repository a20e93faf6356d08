/**
 * The best schedule for a law that is known: a dynamic programme over a grid that is finer than its polls. A next poll at
 * `u` after one at `t` costs `price × S(t) + (u − t) × S(t) − ∫S` and what follows; of all `u` that is the lower envelope
 * of lines in `S(t)`, so that the whole takes time in proportion to the grid.
 */
import { type Law, longest } from "./poll-plan-law.ts"

export const optimum = ({ restricted, survival }: Law, price: number, fineness = 24): Float64Array => {
  const grid = gridOf(survival, price, fineness)
  const count = grid.length
  const last = count - 1
  const whole = restricted(longest)
  const alive = grid.map(survival)
  const rest = grid.map((age) => whole - restricted(age))
  const worth = new Float64Array(count)
  const next = new Int32Array(count)

  const hull = new Int32Array(count)
  let size = 0
  const slope = (line: number) => grid[line] ?? 0
  const height = (line: number) => (worth[line] ?? 0) + (rest[line] ?? 0)
  const add = (line: number) => {
    while (size > 1) {
      const [b, a] = [hull[size - 1] ?? 0, hull[size - 2] ?? 0]
      const crossing = (height(line) - height(a)) * (slope(a) - slope(b))
      if (crossing > (height(b) - height(a)) * (slope(a) - slope(line))) break
      size--
    }
    hull[size++] = line
  }
  add(last)
  for (let index = last - 1; index >= 0; index--) {
    const x = alive[index] ?? 0
    const value = (line: number) => slope(line) * x + height(line)
    let [low, high] = [0, size - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (value(hull[middle] ?? 0) <= value(hull[middle + 1] ?? 0)) high = middle
      else low = middle + 1
    }
    const best = hull[low] ?? last
    next[index] = best
    worth[index] = (price - slope(index)) * x - (rest[index] ?? 0) + value(best)
    add(index)
  }

  const ages: Array<number> = []
  for (let index = 0; index < last;) {
    index = next[index] ?? last
    ages.push(grid[index] ?? longest)
  }
  return Float64Array.from(ages)
}

/** Steps of a part of what a delay would be at the hazard there, and of the age. */
const gridOf = (survival: (seconds: number) => number, price: number, fineness: number): Float64Array => {
  const grid = [0]
  const coarse = 20 * fineness
  let [from, left] = [0, 1]
  for (let step = 0; from < longest; step++) {
    const to = Math.min(longest, 0.01 * Math.exp(step / coarse))
    const alive = survival(to)
    const middle = (left + alive) / 2
    const hazard = middle > 0 ? (left - alive) / middle / (to - from) : 0
    const parts =
      alive < 1e-13 ? 1 : Math.ceil(((to - from) * fineness) / Math.sqrt((2 * price) / Math.max(1e-300, hazard)))
    for (let part = 1; part <= Math.min(parts, 1_000) - 1; part++) grid.push(from + ((to - from) * part) / parts)
    grid.push(to)
    ;[from, left] = [to, alive]
  }
  return Float64Array.from(grid)
}
