import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import { splitFrames } from '../readiness/part-states.ts'

/** A machine of the cluster whose engine is at hand, to look at others from. */
export type Member = { docker: Docker; berthImage: string }

export const readProgram = (name: string) => readFile(join(import.meta.dirname, name), 'utf8')

/** Runs one of the programs beside this file on the member's own network, with the image that is there anyway. */
export async function runOnMember(
  { docker, berthImage }: Member,
  name: string,
  words: readonly string[],
): Promise<string> {
  const program = ['--input-type=module-typescript', '-e', await readProgram(name)]
  const container = await docker.createContainer({
    Image: berthImage,
    Cmd: ['node', ...program, '--', ...words],
    HostConfig: { NetworkMode: 'host' },
  })
  try {
    await container.start()
    const { StatusCode: exitCode } = await container.wait()
    const lines = splitFrames(await container.logs({ stdout: true, stderr: true }))
    if (exitCode === 0) return lines.at(-1) ?? ''
    throw new PlatformError(
      'engine_failed',
      `${name} failed on a machine of the cluster:\n${lines.slice(-10).join('\n')}`,
    )
  } finally {
    await container.remove({ force: true })
  }
}
