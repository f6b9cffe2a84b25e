import { createReadStream } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { PlatformError } from '@berth/contract'
import { listFolder } from '@berth/engine'
import type Docker from 'dockerode'
import { type Pack, pack } from 'tar-stream'
import { standInBase } from '../base-images/base-image-names.ts'

const target = '/restore'

/**
 * A folder or volume on the engine's machine, reached through containers of the engine alone, so that it works the same for
 * this machine and for one in a container.
 */
export function engineFolder(docker: Docker, source: string) {
  async function withContainer<Result>(argv: string[], work: (it: Docker.Container) => Promise<Result>) {
    const container = await docker.createContainer({
      Image: standInBase,
      Entrypoint: [],
      Cmd: argv,
      User: '0:0',
      HostConfig: { Binds: [`${source}:${target}`], NetworkMode: 'none' },
    })
    try {
      return await work(container)
    } finally {
      await container.remove({ force: true })
    }
  }

  const run = (argv: string[]) =>
    withContainer(argv, async (container) => {
      await container.start()
      const { StatusCode: status } = await container.wait()
      if (status !== 0) throw new PlatformError('engine_failed', `${argv.join(' ')} failed in ${source} (${status})`)
    })

  return {
    has: (name: string) =>
      withContainer([], (container) =>
        container.infoArchive({ path: `${target}/${name}` }).then(() => true, falseIfMissing),
      ),
    empty: () => run(['find', target, '-mindepth', '1', '-delete']),
    remove: (names: readonly string[]) => run(['rm', '-f', ...names.map((name) => `${target}/${name}`)]),
    giveTo: (user: string) => run(['chown', '-R', user, target]),
    /** All files of a folder of this computer. */
    put: (folder: string) =>
      withContainer([], async (container) => {
        const archive = pack()
        const packed = packFolder(archive, folder).catch((error: Error) => void archive.destroy(error))
        await container.putArchive(Readable.from(archive), { path: target })
        await packed
      }),
  }
}

async function packFolder(archive: Pack, folder: string): Promise<void> {
  const made = new Set(['.'])
  for (const { path, sizeBytes } of await listFolder(folder)) {
    for (const parent of parentsOf(path)) {
      if (made.has(parent)) continue
      made.add(parent)
      archive.entry({ name: parent, type: 'directory', mode: 0o700 })
    }
    const entry = archive.entry({ name: path, size: sizeBytes, mode: 0o600 })
    await pipeline(createReadStream(join(folder, path)), entry)
  }
  archive.finalize()
}

/** Outermost first. */
const parentsOf = (path: string): string[] =>
  basename(path) === path ? [] : [...parentsOf(dirname(path)), dirname(path)]

function falseIfMissing(error: { statusCode?: number }): false {
  if (error.statusCode === 404) return false
  throw error
}
