import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { AppName, type BuildSource, PlatformError } from '@berth/contract'
import { quote } from '../terminal/plain-text.ts'

/** What was named as the source of a deployment, looked at but not read. */
export type SourceArgument =
  | { kind: 'folder'; path: string }
  | { kind: 'archive'; path: string; sizeBytes: number }
  | { kind: 'git'; url: string; ref: string | undefined }

const archiveEnding = /\.(zip|tar|tar\.gz|tgz)$/i

type Named = { source?: string | undefined; git?: string | undefined; ref?: string | undefined }

/** Undefined where no source was named. Throws `invalid_request` for what is neither a folder nor an archive. */
export async function findSource({ source, git, ref }: Named): Promise<SourceArgument | undefined> {
  if (git && source) throw new PlatformError('invalid_request', 'Give either a source here or --git, not both')
  if (ref && !git) throw new PlatformError('invalid_request', '--ref: it names a branch of --git <url>')
  if (git) return { kind: 'git', url: git, ref }
  if (source === undefined) return undefined
  const path = resolve(source)
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) return { kind: 'folder', path }
  if (found?.isFile() && archiveEnding.test(path)) return { kind: 'archive', path, sizeBytes: found.size }
  if (!found) {
    throw new PlatformError('invalid_request', `There is no ${quote(source)} here`, {
      hint: 'Name a folder, a .zip or a .tar.gz; an image is named with --image, a repository with --git',
    })
  }
  throw new PlatformError('invalid_request', `${quote(source)} is no folder, .zip, .tar or .tar.gz`)
}

/** As the server is told of it. */
export function describeSource(source: SourceArgument): BuildSource {
  if (source.kind === 'git') return { kind: 'git', url: source.url, ...(source.ref ? { ref: source.ref } : {}) }
  const sizeBytes = source.kind === 'archive' ? source.sizeBytes : null
  return { kind: 'archive', name: basename(source.path), sizeBytes }
}

/** The name that was given, here or in the source, or else that of the folder, archive or repository. */
export function nameFromSource(name: string | undefined, source: SourceArgument): string {
  if (name) return name
  const path = source.kind === 'git' ? source.url.replace(/\.git$/, '') : source.path
  const last = (path.split(/[/:]/).at(-1) ?? '').replace(archiveEnding, '')
  const derived = AppName.safeParse(last.toLowerCase().replace(/[^a-z0-9]+/g, '-'))
  if (derived.success) return derived.data
  throw new PlatformError('invalid_request', `--name: give one, because ${quote(last)} cannot name an app`)
}
