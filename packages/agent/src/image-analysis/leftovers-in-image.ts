import type { Leftover, LeftoverKind } from '@berth/contract'
import type { LayerUse } from './layer-use.ts'

/** The first that matches counts, so that no file is counted twice. */
const patterns: readonly [LeftoverKind, RegExp][] = [
  ['package_lists', /^var\/lib\/apt\/lists\/.+|^var\/lib\/(dnf|yum)\/|^var\/cache\/apk\/APKINDEX/],
  ['package_cache', /^var\/cache\/(apt|apk|dnf|yum|debconf)\/|^(root|tmp|var\/tmp)\/.*\.(deb|apk)$|^[^/]+\.(deb|apk)$/],
  [
    'language_cache',
    /(^|\/)(\.npm|\.yarn\/cache|\.cache|\.m2\/repository|\.gradle\/caches|\.cargo\/registry|\.nuget\/packages|\.bundle\/cache)\/|^go\/pkg\/mod\/cache\/|(^|\/)\.pnpm-store\//,
  ],
  ['version_control', /(^|\/)\.(git|hg|svn)\//],
  ['logs_and_temporary_files', /^tmp\/.+|^var\/tmp\/.+|^var\/log\/.+/],
  ['documentation', /^usr\/(local\/)?share\/(doc|man|info|locale|gtk-doc)\//],
  [
    'build_tools',
    /^usr\/lib\/gcc\/|^usr\/(local\/)?bin\/(gcc|g\+\+|cc1|make|cmake|ld|as|rustc|cargo|javac)(-[\d.]+)?$|^usr\/(local\/)?include\/|^usr\/libexec\/gcc\/|^usr\/lib\/[\w-]+\/[^/]+\.a$/,
  ],
  [
    'source_maps_and_tests',
    /node_modules\/.*(\.map|\.md|\.markdown|\.tsbuildinfo)$|node_modules\/(?:@[^/]+\/)?[^/]+\/(test|tests|__tests__|docs|example|examples)\//,
  ],
]

const mostExamples = 3

export const leftoverKindOf = (path: string): LeftoverKind | undefined =>
  patterns.find(([, pattern]) => pattern.test(path))?.[0]

export const leftoversIn = (seen: LayerUse['seen']): Leftover[] =>
  sumByKind([...seen].map(([path, { sizeBytes }]) => ({ path, sizeBytes, kind: leftoverKindOf(path) })))

type Found = { path: string; sizeBytes: number; kind: LeftoverKind | undefined }

/** Most bytes first. */
export function sumByKind(files: readonly Found[]): Leftover[] {
  const found = new Map<LeftoverKind, { sizeBytes: number; files: number; folders: Map<string, number> }>()
  for (const { path, sizeBytes, kind } of files) {
    if (!kind) continue
    const sum = found.get(kind) ?? { sizeBytes: 0, files: 0, folders: new Map() }
    const folder = folderOf(path)
    sum.sizeBytes += sizeBytes
    sum.files += 1
    sum.folders.set(folder, (sum.folders.get(folder) ?? 0) + sizeBytes)
    found.set(kind, sum)
  }
  return [...found]
    .map(([kind, { sizeBytes, files: count, folders }]) => ({
      ...{ kind, sizeBytes, files: count, examples: largestOf(folders) },
    }))
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes)
}

/** Three levels say enough: `/usr/share/doc`, `/root/.npm/_cacache`. */
const folderOf = (path: string) => `/${path.split('/').slice(0, -1).slice(0, 3).join('/')}`

const largestOf = (folders: ReadonlyMap<string, number>) =>
  [...folders]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, mostExamples)
    .map(([folder]) => folder)
