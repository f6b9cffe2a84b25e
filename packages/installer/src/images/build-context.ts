import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pack } from 'tar-stream'

export const dockerfilePath = 'deploy/berth/Dockerfile'

/** What runs inside the image; the manifests of the other packages are there only because the lockfile names them. */
const shipped = ['contract', 'engine', 'identity', 'server', 'agent', 'source']
/** What the dashboard is built from while the image is. */
const dashboardParts = ['index.html', 'vite.config.ts', 'build/**/*.ts', 'public/*', 'src/**/*.*']

export type BuildContext = { hash: string; files: readonly ContextFile[] }
type ContextFile = { path: string; content: Buffer }

/** The files that make up Berth's image, and one hash of all of them. */
export async function readBuildContext(projectDir: string): Promise<BuildContext> {
  const paths = globSync(
    [
      'package.json',
      'package-lock.json',
      'deploy/berth/*',
      'packages/*/package.json',
      ...shipped.map((name) => `packages/${name}/**/*.*`),
      ...dashboardParts.map((part) => `packages/dashboard/${part}`),
    ],
    { cwd: projectDir, exclude: (path) => path.includes('node_modules') },
  )
    .filter((path) => !/\.(test|suite)\.ts$/.test(path))
    .sort()
  const files = await Promise.all(
    [...new Set(paths)].map(async (path) => ({ path, content: await readFile(join(projectDir, path)) })),
  )
  return { hash: hashOf(files), files }
}

function hashOf(files: readonly ContextFile[]): string {
  const hash = createHash('sha256')
  for (const { path, content } of files) hash.update(`${path}\0${content.length}\0`).update(content)
  return hash.digest('hex').slice(0, 12)
}

/** Always the same bytes for the same files, so that the engine's build cache holds. */
export function packContext({ files }: BuildContext): Readable {
  const archive = pack()
  for (const { path, content } of files) archive.entry({ name: path, mode: 0o644, mtime: new Date(0) }, content)
  archive.finalize()
  return Readable.from(archive)
}
