/**
 * `npm start`, `npm test` and the other scripts of package.json on a machine that has some Node and npm and nothing else:
 * installs what the lockfile says, then runs the demo, every check and so on, on the Node that the lockfile brings. Plain
 * JavaScript, for whatever Node is there.
 */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, "node_modules", ".bin")
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))

const environment = {
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH}`,
  TURBO_TELEMETRY_DISABLED: "1",
  npm_config_update_notifier: "false"
}

const stop = (line) => {
  process.stderr.write(`opwatch: ${line}\n`)
  process.exit(2)
}

const run = (command, ...args) => {
  const { error, signal, status } = spawnSync(command, args, { cwd: root, env: environment, stdio: "inherit" })
  if (error) stop(`cannot run ${command}: ${error.message}`)
  if (signal) process.kill(process.pid, signal)
  if (status !== 0) process.exit(status ?? 1)
}

const pnpm = (...args) => run(process.platform === "win32" ? "npx.cmd" : "npx", "--yes", packageManager, ...args)

const atLeast = (version, major, minor) => {
  const [x = 0, y = 0] = version.replace(/^v/, "").split(".").map(Number)
  return x > major || (x === major && y >= minor)
}

/** The Node that the packages will run on: the lockfile's where there is one for this platform, else the system's. */
const requireNode = () => {
  const { stdout } = spawnSync("node", ["--version"], { env: environment, encoding: "utf8" })
  const version = (stdout ?? "").trim()
  if (atLeast(version, 22, 19)) return
  stop(
    `the packages need Node 22.19 or newer; there is no Node package for ${process.platform}-${process.arch} that runs here, ` +
      `and the system's is ${version || process.version}: install a newer one`
  )
}

/** What `npm test` has in short: a crowd of operations at once, and hostile answers, a million in rounds of their own seed. */
const campaign = () => {
  const vitest = (file) => pnpm("--filter", "@opwatch/sources", "exec", "vitest", "run", `test/${file}.test.ts`)
  environment.OPWATCH_CROWD ??= "10000"
  vitest("Crowd")
  environment.OPWATCH_CASES ??= "20000"
  for (let round = 1; round <= Number(process.env.OPWATCH_ROUNDS ?? 50); round++) {
    environment.OPWATCH_SEED = `round ${round}`
    vitest("AnyAnswer")
  }
}

/** What `npm test` has in short: any request that the server's own document allows, or nearly, or not at all. */
const campaignOfRequests = () => {
  environment.OPWATCH_CASES ??= "30000"
  pnpm("--filter", "@opwatch/server", "exec", "vitest", "run", "--isolate", "--reporter=verbose", "test/fuzz")
}

/** What `npm test` has in short: a server that is killed while it tracks thousands of operations. */
const campaignOfCrashes = () => {
  environment.OPWATCH_KILLS ??= "50"
  pnpm("--filter", "@opwatch/server", "exec", "vitest", "run", "--isolate", "--reporter=verbose", "test/crash.test.ts")
}

/** What `npm test` has in short: servers that share their work, and what befalls them. Some poll each second, and are fewer. */
const campaignOfClusters = () => {
  const vitest = (...names) => {
    const files = names.map((name) => `test/cluster/${name}.test.ts`)
    const options = ["--isolate", "--no-file-parallelism", "--reporter=verbose"]
    pnpm("--filter", "@opwatch/server", "exec", "vitest", "run", ...options, ...files)
  }
  environment.OPWATCH_OUTAGE ??= "60"
  environment.OPWATCH_READERS ??= "500"
  environment.OPWATCH_CAMPAIGN = "1"
  vitest("faults", "gaps", "readers", "upgrade")
  environment.OPWATCH_CROWD ??= "20000"
  vitest("shares", "rolling")
}

const build = () => pnpm("exec", "turbo", "run", "build", "--output-logs=errors-only", "--ui=stream")

const commands = {
  bench: () => {
    build()
    run("node", join("bench", "src", "main.ts"), ...process.argv.slice(3))
  },
  campaign,
  "campaign:cluster": campaignOfClusters,
  "campaign:crash": campaignOfCrashes,
  "campaign:requests": campaignOfRequests,
  demo: () => {
    build()
    run("node", join("apps", "cli", "bin", "opwatch.mjs"), "demo")
  },
  docs: () => run("node", join("apps", "cli", "scripts", "docs.ts")),
  executable: () => run("node", join("apps", "cli", "scripts", "executable.ts")),
  package: () => run("node", join("apps", "cli", "scripts", "package.ts")),
  pictures: () => {
    build()
    run("node", join("apps", "cli", "scripts", "pictures.ts"))
  },
  test: () => {
    pnpm("exec", "turbo", "boundaries")
    pnpm("exec", "turbo", "run", "//#lint", "//#check", "@opwatch/core#check", "build", "test", "--concurrency=3")
  }
}

const command = commands[process.argv[2]]
if (command === undefined) stop(`scripts/run.mjs takes one of ${Object.keys(commands).join(", ")}`)
if (!atLeast(process.version, 20, 0)) stop(`Node 20 or newer is needed to begin with; this one is ${process.version}`)
if (!existsSync(bin)) process.stderr.write("opwatch: installing what the lockfile names, once\n")
pnpm("install", "--frozen-lockfile", "--loglevel=error")
requireNode()
command()
