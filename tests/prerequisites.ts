import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { formatDuration } from '@berth/contract'
import Docker from 'dockerode'
import { ensureBaseImages } from '../packages/installer/src/base-images/ensure-base-images.ts'
import { ensureEngine } from '../packages/installer/src/engine-setup/ensure-engine.ts'
import { ensureBerthImage, removeFormerImages } from '../packages/installer/src/images/berth-image.ts'
import { readBuildContext } from '../packages/installer/src/images/build-context.ts'
import { buildMachineImage } from '../packages/installer/src/machine-containers/machine-image.ts'
import { ensureDebianPackages } from '../packages/installer/src/system/debian-packages.ts'
import { runCommand } from '../packages/installer/src/system/run-command.ts'

const root = join(import.meta.dirname, '..')
const socketPath = '/var/run/docker.sock'

export type Preparation = {
  /** The installer's own, so that what is slow to fetch is fetched once. */
  cacheDir: string
  onProgress(words: string): void
  signal: AbortSignal
}

/** An engine, the base images, the image of the test machines, and Berth's own, so that no machine has to build it. */
export async function prepareEngineTests({ cacheDir, onProgress, signal }: Preparation): Promise<void> {
  const { version, installed, started } = await ensureEngine({ socketPath, onProgress, signal })
  onProgress(`engine ${version} ${installed ? 'installed and started' : started ? 'started' : 'is there'}`)
  const docker = new Docker({ socketPath })
  await ensureBaseImages({ docker, cacheDir, onProgress, signal })
  await timed('image of the test machines', () => buildMachineImage(docker, { signal }), onProgress)
  const tellSteps = (words: string) => {
    if (words.startsWith('Step ')) onProgress(words.slice(0, 100))
  }
  const buildBerth = async () => {
    const { image } = await ensureBerthImage(docker, await readBuildContext(root), tellSteps)
    await removeFormerImages(docker, image)
  }
  await timed('image of Berth', buildBerth, onProgress)
}

async function timed(what: string, work: () => Promise<unknown>, onProgress: (words: string) => void) {
  const startMs = performance.now()
  await work()
  onProgress(`${what} is there (${formatDuration(performance.now() - startMs)})`)
}

/** A browser, with letters to draw. */
export async function prepareBrowser({ onProgress, signal }: Omit<Preparation, 'cacheDir'>): Promise<void> {
  if (existsSync('/usr/bin/chromium')) return
  await ensureDebianPackages(['chromium', 'fonts-dejavu-core'], { onProgress, signal })
}

/** Into a folder of its own: what somebody has built in the meantime stays as it is. */
export async function buildDashboard(dist: string, signal: AbortSignal): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const argv = [vite, 'build', join(root, 'packages/dashboard'), '--outDir', dist, '--emptyOutDir']
  await runCommand([process.execPath, ...argv, '--logLevel', 'warn'], { cwd: root, signal })
}
