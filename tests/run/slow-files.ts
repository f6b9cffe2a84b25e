/**
 * Those that take longest, the longest first, but that two that make few machines come between those that make many: they fit
 * beside each other. Where to put a file is told at the end of a run.
 */
export const slowFiles = [
  'tests/machines.docker.test.ts',
  'tests/browser/pages.browser.test.ts',
  'tests/e2e/platform.docker.test.ts',
  'tests/truth.docker.test.ts',
  'tests/ssh.docker.test.ts',
  'tests/builds.docker.test.ts',
  'tests/takeover.docker.test.ts',
  'tests/images.docker.test.ts',
  'tests/edge.docker.test.ts',
  'packages/installer/src/install.docker.test.ts',
  'tests/buildkit.docker.test.ts',
  'tests/backups.docker.test.ts',
  'tests/cleanup.docker.test.ts',
  'tests/browser/live.browser.test.ts',
  'tests/engine.docker.test.ts',
  'tests/placement.docker.test.ts',
  'tests/relocations.docker.test.ts',
  'tests/git.docker.test.ts',
  'tests/browser/source.browser.test.ts',
]

/** The longest first, so that none of them is left over when all others have ended; then the rest, by their names. */
export function inStartOrder(files: readonly string[]): string[] {
  const known = slowFiles.filter((file) => files.includes(file))
  return [...known, ...files.filter((file) => !known.includes(file)).sort()]
}

/** They make three or four machines each, where others make one or two. */
export const clusterFiles = [
  'tests/machines.docker.test.ts',
  'tests/ssh.docker.test.ts',
  'tests/takeover.docker.test.ts',
  'tests/placement.docker.test.ts',
  'tests/relocations.docker.test.ts',
]

/**
 * They wait for clusters most of the time, and more could run at once; but then machines would miss their heartbeats. So there
 * is room for three, of which one may be a cluster, or for two clusters: eight machines at most.
 */
export const engineRoom = 7
export const roomOf = (file: string): number => (clusterFiles.includes(file) ? 3 : 2)
