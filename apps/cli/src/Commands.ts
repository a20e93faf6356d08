/** The commands by name, in the order of the help. One is loaded when it is asked for: none pays for the others. */
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"

const commands = {
  get: async () => (await import("./commands/get.ts")).get,
  wait: async () => (await import("./commands/wait.ts")).wait,
  watch: async () => (await import("./commands/watch.ts")).watch,
  log: async () => (await import("./commands/log.ts")).log,
  explain: async () => (await import("./commands/explain.ts")).explain,
  list: async () => (await import("./commands/list.ts")).list,
  cancel: async () => (await import("./commands/cancel.ts")).cancel,
  track: async () => (await import("./commands/track.ts")).track,
  untrack: async () => (await import("./commands/untrack.ts")).untrack,
  tracked: async () => (await import("./commands/tracked.ts")).tracked,
  summary: async () => (await import("./commands/summary.ts")).summary,
  history: async () => (await import("./commands/history.ts")).history,
  sources: async () => (await import("./commands/sources.ts")).sources,
  doctor: async () => (await import("./commands/doctor.ts")).doctor,
  cluster: async () => (await import("./commands/cluster.ts")).cluster,
  serve: async () => (await import("./commands/serve.ts")).serve,
  keys: async () => (await import("./commands/keys.ts")).keys,
  store: async () => (await import("./commands/store.ts")).store,
  emulate: async () => (await import("./commands/emulate.ts")).emulate,
  demo: async () => (await import("./commands/demo.ts")).demo,
  completions: async () => (await import("./commands/completions.ts")).completions,
  help: async () => (await import("./commands/help.ts")).help
}

type Name = keyof typeof commands

/** All of them, for help and suggestions. */
export const all = Effect.promise(() => Promise.all(Record.keys(commands).map((name: Name) => commands[name]())))

export const names: ReadonlyArray<string> = Record.keys(commands)

/** The one that the first word of the command line names, else all. */
export const of = ([word = ""]: ReadonlyArray<string>) =>
  isName(word) ? Effect.promise(async () => [await commands[word]()]) : all

const isName = (word: string): word is Name => Object.hasOwn(commands, word)
