import { fileURLToPath } from "node:url"

/** Node keeps what it compiles: every worker, and every process that a test starts, loads the same hundreds of modules. */
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("node_modules/.node-cache", import.meta.url))

/**
 * For every package: what crosses sockets and processes is slow on a machine that is busy, and no less right for it. Files share
 * what they import, which would take longer than most tests otherwise; packages whose tests change it say `--isolate`. Most
 * tests wait for sockets and processes, so that two at a time cost a machine of two cores little.
 */
export default { test: { testTimeout: 60_000, hookTimeout: 60_000, isolate: false, maxWorkers: 2 } }
