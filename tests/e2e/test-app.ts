import { join } from 'node:path'
import type { Machine } from '../machine.ts'
import type { Platform } from './platform.ts'

/** Builds the misbehaving app of the tests on a machine, as its owner would: the image exists nowhere else. */
export async function buildTestApp({ docker }: Machine, tag = 'test-app:1'): Promise<void> {
  const context = join(import.meta.dirname, '../images/app')
  const stream = await docker.buildImage({ context, src: ['Dockerfile', 'server.mjs'] }, { t: tag })
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error, output) => {
      const broken = output?.find((line: { error?: string }) => line.error)
      if (error || broken) reject(error ?? new Error(broken.error))
      else resolve()
    })
  })
}

/** As a person deploys it, who says more where that is needed. */
export const deployTestApp = ({ berth }: Pick<Platform, 'berth'>, name: string, ...more: string[]) =>
  berth('deploy', '--image', 'test-app:1', '--name', name, ...more)
