import type Dockerode from 'dockerode'
import { engineCall } from '../engine-failure.ts'
import { frames } from './frames.ts'
import type { EndedCommand } from './machine-engine.ts'

/** More than any answer of the edge; the rest is thrown away, so that nothing can fill the memory. */
const maxOutputBytes = 8 * 1024 * 1024

export async function execIn(
  docker: Dockerode,
  { id, name, argv }: { id: string; name: string; argv: readonly string[] },
  abortSignal: AbortSignal | undefined,
): Promise<EndedCommand> {
  return engineCall(`run ${argv[0]} in ${name}`, abortSignal, async () => {
    const exec = await docker
      .getContainer(id)
      .exec({ Cmd: [...argv], AttachStdout: true, AttachStderr: true, abortSignal })
    const stream = await exec.start({ hijack: false, stdin: false, abortSignal })
    const output = await collect(stream)
    const { ExitCode } = await exec.inspect({ abortSignal })
    return { exitCode: ExitCode ?? -1, output }
  })
}

async function collect(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const { payload } of frames(stream)) {
    if (bytes < maxOutputBytes) parts.push(payload)
    bytes += payload.length
  }
  return Buffer.concat(parts).toString('utf8')
}
