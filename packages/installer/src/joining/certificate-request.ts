import { PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import { roleLabel } from '../names.ts'
import { splitFrames } from '../readiness/part-states.ts'

/**
 * Has the machine make its key, in its agent's volume, which the key never leaves; answers with the request for a
 * certificate. A key that is there already is used again, so that a join that broke off can go on with the same token.
 */
export async function makeCertificateRequest(
  docker: Docker,
  { berthImage, signal }: { berthImage: string; signal?: AbortSignal | undefined },
): Promise<string> {
  const container = await docker.createContainer({
    Image: berthImage,
    Cmd: ['node', 'packages/agent/src/certificate-request/main.ts'],
    User: '0:0',
    Labels: { [roleLabel]: 'agent' },
    HostConfig: { NetworkMode: 'none', Binds: ['berth-agent:/var/lib/berth'] },
  })
  try {
    await container.start()
    const { StatusCode: exitCode } = await container.wait({ abortSignal: signal })
    const lines = splitFrames(await container.logs({ stdout: true, stderr: exitCode !== 0 }))
    if (exitCode === 0) return `${lines.join('\n')}\n`
    throw new PlatformError('engine_failed', `The machine could not make its key:\n${lines.slice(-15).join('\n')}`)
  } finally {
    await container.remove({ force: true })
  }
}
