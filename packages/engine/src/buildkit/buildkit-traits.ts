import type Dockerode from 'dockerode'
import { engineCall } from '../engine-failure.ts'
import type { BuildkitTraits } from '../machine-engine/machine-engine.ts'

/** BuildKit 0.10, which came with engine 23. */
const firstApiWithCgroupParent = '1.42'

export async function buildkitTraits(docker: Dockerode, signal?: AbortSignal): Promise<BuildkitTraits> {
  const [info, version] = await engineCall('tell how it builds', signal, () =>
    Promise.all([docker.info() as Promise<{ CgroupDriver?: string }>, docker.version()]),
  )
  return {
    cgroupDriver: info.CgroupDriver ?? 'none',
    takesCgroupParent: version.ApiVersion.localeCompare(firstApiWithCgroupParent, 'en', { numeric: true }) >= 0,
  }
}
