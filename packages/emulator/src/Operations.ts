/** The operations there are. Each lives from the moment it was added; only a cancel changes it from outside. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import type { Log } from "./Log.ts"
import { type Api, type Cancel, type CancelVerb, OperationId, type Script } from "./Script.ts"
import * as Timeline from "./Timeline.ts"

export interface Placed {
  readonly id: string
  readonly api: Api
  readonly path: string
}

export class Operations extends Context.Service<
  Operations,
  {
    /** Starts them now, in place of any operation of the same API and id. */
    readonly add: (scripts: ReadonlyArray<Script>) => Effect.Effect<ReadonlyArray<Placed>>
    /** Starts it at that time unless its id is taken, and tells whether it did. Its log is empty until it ends. */
    readonly start: (script: Script & { readonly id: string }, createdAt: number) => boolean
    readonly has: (api: Api, id: string) => boolean
    /** The operation as it is now. */
    readonly show: (api: Api, id: string) => Effect.Effect<Timeline.Shown | undefined>
    /** The objects of all operations of the API as they are now. */
    readonly all: (api: Api) => Effect.Effect<ReadonlyArray<Schema.JsonObject>>
    readonly log: (id: string) => Effect.Effect<Log | undefined>
    /** The only verb that cancels it, if its script says so. */
    readonly cancelVerb: (id: string) => CancelVerb | undefined
    /** Asks a cloud operation to end; what comes back is what its script says of cancels. */
    readonly cancel: (id: string) => Effect.Effect<Cancel | "finished" | undefined>
    readonly list: Effect.Effect<ReadonlyArray<Placed & { readonly operation: Schema.JsonObject }>>
    /** Back to the built-in set. */
    readonly clear: Effect.Effect<void>
  }
>()("@opwatch/emulator/Operations") {
  static layer(builtin: ReadonlyArray<Script>, scenario: ReadonlyArray<Script>): Layer.Layer<Operations> {
    return Layer.effect(Operations, make(builtin, scenario))
  }
}

const make = Effect.fnUntraced(function* (builtin: ReadonlyArray<Script>, scenario: ReadonlyArray<Script>) {
  const byKey = new Map<string, Timeline.Scripted>()
  const keyOf = (api: Api, id: string) => `${api}/${id}`

  const add = Effect.fnUntraced(function* (scripts: ReadonlyArray<Script>) {
    const createdAt = yield* Clock.currentTimeMillis
    return yield* Effect.forEach(scripts, (script) =>
      Effect.map(idOf(script), (id) => {
        byKey.set(keyOf(script.api, id), { id, script, createdAt })
        return placed(script.api, id)
      })
    )
  })

  const clear = Effect.suspend(() => {
    byKey.clear()
    return Effect.asVoid(add(builtin))
  })

  yield* clear
  yield* add(scenario)

  const list = Effect.map(Clock.currentTimeMillis, (now) =>
    Array.from(byKey.values(), (scripted) => ({
      ...placed(scripted.script.api, scripted.id),
      operation: Timeline.at(scripted, now).object
    }))
  )

  return Operations.of({
    add,
    clear,
    list,
    start: (script, createdAt) => {
      const key = keyOf(script.api, script.id)
      if (byKey.has(key)) return false
      byKey.set(key, { id: script.id, script, createdAt, logsAtEnd: true })
      return true
    },
    all: (api) =>
      Effect.map(list, (placed) => placed.filter((each) => each.api === api).map(({ operation }) => operation)),
    has: (api, id) => byKey.has(keyOf(api, id)),
    show: (api, id) => {
      const scripted = byKey.get(keyOf(api, id))
      return scripted === undefined
        ? Effect.undefined
        : Effect.map(Clock.currentTimeMillis, (now) => Timeline.at(scripted, now))
    },
    log: (id) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const scripted = byKey.get(keyOf("toloka", id))
        if (scripted?.script.api !== "toloka") return undefined
        const { log } = scripted.script
        const isOver = () => Timeline.isFinal(scripted.script, Timeline.at(scripted, now).object)
        return log === undefined || !(scripted.logsAtEnd ?? false) || isOver() ? log : []
      }),
    cancelVerb: (id) => {
      const script = byKey.get(keyOf("cloud", id))?.script
      return script?.api === "cloud" ? script.cancelVerb : undefined
    },
    cancel: (id) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const scripted = byKey.get(keyOf("cloud", id))
        if (scripted?.script.api !== "cloud") return undefined
        const { cancel } = scripted.script
        if (Timeline.isFinal(scripted.script, Timeline.at(scripted, now).object)) return "finished"
        if (typeof cancel !== "string" && scripted.cancelAt === undefined) {
          byKey.set(keyOf("cloud", id), { ...scripted, cancelAt: now + Duration.toMillis(cancel.after) })
        }
        return cancel
      })
  })
})

const placed = (api: Api, id: string): Placed => ({
  id,
  api,
  path: api === "toloka" ? `/api/v1/operations/${id}` : `/operations/${id}`
})

const isOperationId = Schema.is(OperationId)

const idOf = ({ api, id, operation }: Script): Effect.Effect<string> => {
  if (id !== undefined) return Effect.succeed(id)
  if (isOperationId(operation.id)) return Effect.succeed(operation.id)
  return api === "toloka" ? tolokaId : Effect.map(drawn(17, "0123456789abcdefghijklmnopqrstuv"), (text) => `fhm${text}`)
}

/** An id as Toloka gives them: 24 hex digits, in no order. */
export const tolokaId: Effect.Effect<string> = Effect.suspend(() => drawn(24, "0123456789abcdef"))

const drawn = (length: number, alphabet: string): Effect.Effect<string> =>
  Effect.map(
    Effect.all(Array.from({ length }, () => Random.nextIntBetween(0, alphabet.length, { halfOpen: true }))),
    (indexes) => indexes.map((index) => alphabet.charAt(index)).join("")
  )
