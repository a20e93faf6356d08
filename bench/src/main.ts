/** Runs one benchmark by its name. */
const benchmarks = {
  capacity: () => import("./capacity.ts"),
  cluster: () => import("./cluster/cluster.ts"),
  "live-block": () => import("./live-block.ts"),
  "poll-plan": () => import("./poll-plan.ts"),
  readers: () => import("./readers.ts"),
  server: () => import("./server.ts"),
  startup: () => import("./startup.ts"),
  tracker: () => import("./tracker.ts"),
  waiting: () => import("./waiting.ts")
}

type Name = keyof typeof benchmarks

const isName = (name: string): name is Name => Object.hasOwn(benchmarks, name)

const [name = ""] = process.argv.slice(2)
if (isName(name)) {
  const { run } = await benchmarks[name]()
  await run()
} else {
  process.stderr.write(`npm run bench -- NAME, where NAME is one of ${Object.keys(benchmarks).join(", ")}\n`)
  process.exitCode = 2
}
