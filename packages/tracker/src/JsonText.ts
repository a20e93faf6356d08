/** The JSON of a value that never changes, written once however many are sent it, and forgotten with the value. */

const texts = new WeakMap<object, string>()

export const of = (value: object): string => {
  const known = texts.get(value)
  if (known !== undefined) return known
  const text = JSON.stringify(value)
  texts.set(value, text)
  return text
}
