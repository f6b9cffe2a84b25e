import { ComparedPath } from '@berth/contract'

const mostPaths = 10

/** One path a line, as they are sent, or what is wrong with them. */
export function readPaths(text: string): { paths: string[] } | { problem: string } {
  const paths = [...new Set(text.split('\n').map((line) => line.trim()))].filter((path) => path !== '')
  if (paths.length > mostPaths) return { problem: `Use at most ${mostPaths} paths` }
  const bad = paths.find((path) => !ComparedPath.safeParse(path).success)
  return bad === undefined ? { paths } : { problem: `${bad}: a path starts with "/" and has no spaces` }
}
