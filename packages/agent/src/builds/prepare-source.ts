import { stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Readable } from 'node:stream'
import { type BuildOptions, PlatformError } from '@berth/contract'
import {
  detectSource,
  folderView,
  packFolder,
  planPacking,
  renderDockerfile,
  renderDockerignore,
  type SourceService,
} from '@berth/source'

/** One image to build. */
export type PreparedService = {
  name: string
  isFace: boolean
  port: number | null
  environment: Readonly<Record<string, string>>
  /** In what `pack` gives. */
  dockerfilePath: string
  dockerfileText: string
  /** A tar of what the build may read. */
  pack(): Promise<Readable>
}

export type PreparedSource = {
  /** In words, with the reason. */
  recognizedAs: string
  warnings: string[]
  /** Of all services, for people to read. */
  dockerfileText: string
  isGenerated: boolean
  /** The face first. */
  services: PreparedService[]
}

/** Where a Dockerfile that Berth writes stands in the source; it never takes the place of one that is there. */
const generatedPath = 'Dockerfile.berth'
const mostDockerfileBytes = 1024 ** 2

/** Finds out how a source is built. Throws `source_not_recognized` and `source_invalid`. */
export async function prepareSource(
  source: string,
  {
    dockerfile,
    folder = '',
    args = {},
  }: Pick<BuildOptions, 'dockerfile' | 'folder'> & Partial<Pick<BuildOptions, 'args'>>,
  signal: AbortSignal,
): Promise<PreparedSource> {
  const root = await findFolder(source, folder)
  const detected = await detectSource(folderView(root), dockerfile ? { dockerfile } : {})
  const prepared = await Promise.all(
    detected.services.map((service) => prepareService(root, { service, argumentNames: Object.keys(args) }, signal)),
  )
  return {
    recognizedAs: detected.services
      .map(({ name, reason }) => (prepared.length > 1 ? `${name}: ${reason}` : reason))
      .join('; '),
    warnings: detected.services.flatMap(({ warnings }) => [...warnings]),
    dockerfileText: prepared
      .map(({ dockerfileText: text, name }) => (prepared.length > 1 ? `# ${name}\n${text}` : text))
      .join('\n'),
    isGenerated: detected.services.some(({ build }) => build.kind === 'recipe'),
    services: prepared,
  }
}

async function findFolder(source: string, folder: string): Promise<string> {
  const path = join(source, folder)
  const isInside = !relative(source, path).startsWith('..')
  const found = isInside ? await stat(path).catch(() => undefined) : undefined
  if (found?.isDirectory()) return path
  throw new PlatformError('source_invalid', `The source has no folder ${folder}`, { hint: 'Correct --folder' })
}

type Asked = { service: SourceService; argumentNames: readonly string[] }

async function prepareService(root: string, { service, argumentNames }: Asked, signal: AbortSignal) {
  const context = join(root, service.folder)
  const { path, text, write } = await dockerfileOf(context, service, argumentNames)
  const { name, isFace, port, environment } = service
  const pack = async () => {
    await write()
    return packFolder(await planPacking(context, { usesGitIgnore: false, sent: [path], signal }), { signal })
  }
  return { name, isFace, port, environment, dockerfilePath: path, dockerfileText: text, pack }
}

/** `write`: only when its service is packed, since several may lie in one folder. */
async function dockerfileOf(context: string, { build }: SourceService, argumentNames: readonly string[]) {
  if (build.kind === 'dockerfile') {
    const text = await folderView(context).read(build.path, mostDockerfileBytes)
    return { path: build.path, text: text ?? '', write: async () => undefined }
  }
  const text = renderDockerfile(build.detected, argumentNames)
  const own = await folderView(context).read('.dockerignore', mostDockerfileBytes)
  const write = async () => {
    await writeFile(join(context, '.dockerignore'), renderDockerignore(build.detected.recipe, own))
    await writeFile(join(context, generatedPath), text)
  }
  return { path: generatedPath, text, write }
}
