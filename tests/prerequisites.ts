import { formatDuration } from '@berth/contract'
import Docker from 'dockerode'
import { ensureBaseImages } from '../packages/installer/src/base-images/ensure-base-images.ts'
import { ensureEngine } from '../packages/installer/src/engine-setup/ensure-engine.ts'
import { buildMachineImage } from './machine/machine-image.ts'

const socketPath = '/var/run/docker.sock'

export type Preparation = {
  /** The installer's own, so that what is slow to fetch is fetched once. */
  cacheDir: string
  onProgress(words: string): void
  signal: AbortSignal
}

/** An engine, the base images and the image of the test machines. */
export async function prepareEngineTests({ cacheDir, onProgress, signal }: Preparation): Promise<void> {
  const { version, installed, started } = await ensureEngine({ socketPath, onProgress, signal })
  onProgress(`engine ${version} ${installed ? 'installed and started' : started ? 'started' : 'is there'}`)
  const docker = new Docker({ socketPath })
  await ensureBaseImages({ docker, cacheDir, onProgress, signal })
  const startMs = performance.now()
  await buildMachineImage(docker, signal)
  onProgress(`image of the test machines is there (${formatDuration(performance.now() - startMs)})`)
}
