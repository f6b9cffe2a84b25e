import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PlatformError } from '@berth/contract'
import { detectSource, folderView, renderDockerfile, type SourceService, unpackArchive } from '@berth/source'
import type { Context } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import type { SourceArgument } from './source-argument.ts'

type Choice = { dockerfile?: string | undefined; folder?: string | undefined; argumentNames: readonly string[] }

/** What a source would be built with, without a server. */
export async function printDockerfile(source: SourceArgument, choice: Choice, context: Context): Promise<number> {
  if (source.kind === 'git') {
    throw new PlatformError('invalid_request', '--print-dockerfile: fetch the repository and name its folder')
  }
  if (source.kind === 'folder') return printOf(source.path, choice, context)
  const parent = await mkdtemp(join(tmpdir(), 'berth-source-'))
  try {
    const folder = join(parent, 'source')
    await unpackArchive(source.path, folder, { signal: context.signal })
    return await printOf(folder, choice, context)
  } finally {
    await rm(parent, { recursive: true, force: true })
  }
}

async function printOf(root: string, choice: Choice, { print, note }: Context): Promise<number> {
  const { dockerfile, folder = '', argumentNames } = choice
  const path = join(root, folder)
  const { services } = await detectSource(folderView(path), dockerfile ? { dockerfile } : {})
  for (const service of services) {
    note(`${services.length > 1 ? `${service.name}: ` : ''}${service.reason}`)
    for (const warning of service.warnings) note(`Warning: ${warning}`)
    const text = (await textOf(join(path, service.folder), service, argumentNames)).trimEnd()
    print(services.length > 1 ? `# ${service.name}\n${text}` : text)
  }
  return exitCode.ok
}

const mostDockerfileBytes = 1024 ** 2

const textOf = async (folder: string, { build }: SourceService, argumentNames: readonly string[]) =>
  build.kind === 'recipe'
    ? renderDockerfile(build.detected, argumentNames)
    : ((await folderView(folder).read(build.path, mostDockerfileBytes)) ?? '')
