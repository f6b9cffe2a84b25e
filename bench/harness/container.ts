import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type Docker from 'dockerode'
import { pack } from 'tar-stream'

/** Paths and what stands in the file; an empty folder is a path that ends with a slash. */
export type Files = Readonly<Record<string, string>>

export async function startContainer(
  docker: Docker,
  options: Docker.ContainerCreateOptions,
  files: Files = {},
): Promise<Docker.Container> {
  const container = await docker.createContainer(options)
  await container.putArchive(archiveOf(files), { path: '/' })
  await container.start()
  return container
}

export function archiveOf(files: Files): Readable {
  const archive = pack()
  for (const [path, content] of Object.entries(files)) {
    const name = path.replace(/^\//, '')
    if (name.endsWith('/')) archive.entry({ name, type: 'directory', mode: 0o755 })
    else archive.entry({ name, mode: 0o644 }, content)
  }
  archive.finalize()
  return Readable.from(archive)
}

export async function execute(container: Docker.Container, argv: readonly string[]): Promise<string> {
  const exec = await container.exec({ Cmd: [...argv], AttachStdout: true, AttachStderr: true })
  const stream = await exec.start({})
  const output = new PassThrough()
  container.modem.demuxStream(stream, output, output)
  stream.once('end', () => output.end())
  stream.once('error', (error) => output.destroy(error))
  const words = await text(output)
  const { ExitCode } = await exec.inspect()
  if (ExitCode !== 0) throw new Error(`${argv.join(' ')} ended with ${ExitCode}: ${words}`)
  return words
}

/** As the engine reads it from the cgroup, of whichever version. */
export async function readCpuMicros(container: Docker.Container): Promise<number> {
  const { cpu_stats: cpu } = await container.stats({ stream: false, 'one-shot': true })
  return cpu.cpu_usage.total_usage / 1000
}
