/** Operations of both providers that change and end in their own ways and times, and how each of them ends. */

export interface Scripted {
  readonly ref: string
  /** As the emulator takes it. */
  readonly script: object
  /** The one that it ends in. */
  readonly state: string
}

const endings = [
  { source: "toloka", state: "succeeded", last: { set: { status: "SUCCESS", progress: 100 } } },
  { source: "cloud", state: "succeeded", last: { set: { done: true, response: { name: "disk" } } } },
  { source: "toloka", state: "failed", last: { set: { status: "FAIL" } } },
  { source: "cloud", state: "failed", last: { set: { done: true, error: { code: 8, message: "Quota" } } } },
  { source: "cloud", state: "cancelled", last: { set: { done: true, error: { code: 1, message: "Cancelled" } } } }
] as const

/** Goes on until the provider is told to forget it. */
const lost = { source: "cloud", state: "lost", last: {} } as const

/** Makes the provider forget it, which must have been seen before. */
export const forgotten = ({ script }: Scripted): object => ({ ...script, steps: [{ httpStatus: 404 }] })

const middle = {
  toloka: [{ status: "RUNNING", progress: 10 }, { progress: 60 }],
  cloud: [{ metadata: { step: 1 } }, { metadata: { step: 2 } }]
}

/** So many of them that end within `longest` milliseconds; the first are lost once they are forgotten. */
export const make = (
  count: number,
  {
    chance,
    longest,
    vanishing
  }: { readonly chance: () => number; readonly longest: number; readonly vanishing: number }
): ReadonlyArray<Scripted> =>
  Array.from({ length: count }, (_, index) => {
    const vanishes = index < vanishing
    const { last, source, state } = vanishes ? lost : (endings[index % endings.length] ?? endings[0])
    const end = Math.round(chance() * longest)
    const steps = [
      ...middle[source].map((set, step) => ({ after: Math.round((end * (step + 1)) / 3), set })),
      { after: end, ...last }
    ]
    return { ref: `${source}/op-${index}`, script: { api: source, id: `op-${index}`, steps }, state }
  })
