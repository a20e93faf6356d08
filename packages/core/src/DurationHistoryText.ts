/**
 * A duration history as text of less than 1 KB, whatever was seen. Weights are kept to a hundredth of a per cent in the long
 * memory and to half of one in the short, so that what is written and read after each end still fades.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as DurationBins from "./DurationBins.ts"
import { type DurationHistory, limits } from "./DurationHistory.ts"

const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))
const Bins = Schema.Struct({ perOctave: Schema.Finite, bins: Schema.String })
const Text = Schema.fromJsonString(Schema.Struct({ version: Schema.Literal(1), count: Count, ended: Bins, left: Bins }))

const encodeText = Schema.encodeSync(Text)
const decodeText = Schema.decodeUnknownOption(Text)

export const encode = ({ count, ended, left }: DurationHistory): string =>
  encodeText({
    version: 1,
    count: Math.min(count, Number.MAX_SAFE_INTEGER),
    ended: written(ended),
    left: written(left)
  })

/** None of what `encode` did not write. */
export const decode = (text: string): Option.Option<DurationHistory> =>
  Option.flatMap(decodeText(text), ({ count, ended, left }) =>
    Option.map(Option.all([read(ended, limits.ended), read(left, limits.left)]), ([ended, left]): DurationHistory => ({
      count,
      ended,
      left
    }))
  )

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/** Weights from a thousandth up, on a scale of logarithms; the first digit of the scale is nought. */
const scales = {
  long: { digits: 3, most: Math.log(1e12) },
  short: { digits: 2, most: Math.log(1e8) }
}
const least = 0.001

type Scale = (typeof scales)["long"]

const steps = (scale: Scale) => digits.length ** scale.digits - 2

const levelOf = (weight: number, scale: Scale) =>
  weight < least ? 0 : 1 + Math.round((Math.min(scale.most, Math.log(weight / least)) / scale.most) * steps(scale))

const weightAt = (level: number, scale: Scale) =>
  level === 0 ? 0 : least * Math.exp(((level - 1) / steps(scale)) * scale.most)

const number = (value: number, length: number): string =>
  length === 0 ? "" : number(Math.floor(value / digits.length), length - 1) + digits.charAt(value % digits.length)

/** Five bits a digit; the sixth says that another follows. */
const gap = (value: number): string =>
  value < 32 ? digits.charAt(value) : digits.charAt(32 + (value % 32)) + gap(Math.floor(value / 32))

const written = ({ at, long, perOctave, short }: DurationBins.DurationBins) => ({
  perOctave,
  bins: at
    .map((bin, index) => {
      const weights = [
        number(levelOf(long[index] ?? 0, scales.long), scales.long.digits),
        number(levelOf(short[index] ?? 0, scales.short), scales.short.digits)
      ]
      return gap(bin - (at[index - 1] ?? -1) - 1) + weights.join("")
    })
    .join("")
})

const read = ({ bins: text, perOctave }: typeof Bins.Type, limit: number): Option.Option<DurationBins.DurationBins> => {
  const isResolution = perOctave <= DurationBins.finest && perOctave >= DurationBins.coarsest
  if (!isResolution || !Number.isInteger(Math.log2(perOctave))) return Option.none()
  const [at, long, short]: [Array<number>, Array<number>, Array<number>] = [[], [], []]
  let [bin, position] = [-1, 0]
  const digit = () => digits.indexOf(text.charAt(position++) || "?")
  while (position < text.length) {
    let [next, unit] = [digit(), 1]
    bin += 1 + (next % 32)
    while (next >= 32) bin += ((next = digit()) % 32) * (unit *= 32)
    const weights = [digit(), digit(), digit(), digit(), digit()]
    if (next < 0 || weights.some((weight) => weight < 0)) return Option.none()
    if (bin > DurationBins.octaves * perOctave || at.length === limit) return Option.none()
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = weights
    at.push(bin)
    long.push(weightAt((a * digits.length + b) * digits.length + c, scales.long))
    short.push(weightAt(d * digits.length + e, scales.short))
  }
  return Option.some({ perOctave, at, long, short })
}
