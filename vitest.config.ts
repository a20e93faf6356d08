/** For every package: what crosses sockets and processes is slow on a machine that is busy, and no less right for it. */
export default { test: { testTimeout: 30_000 } }
