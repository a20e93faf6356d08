/**
 * For every package: what crosses sockets and processes is slow on a machine that is busy, and no less right for it. Files share
 * what they import, which would take longer than most tests otherwise; packages whose tests change it say `--isolate`.
 */
export default { test: { testTimeout: 30_000, isolate: false } }
