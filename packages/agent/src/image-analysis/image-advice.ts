import { formatBytes, type ImageAdvice, type Leftover, type LeftoverKind, type WastedFile } from '@berth/contract'
import type { SmallerBase } from './base-image.ts'

type Known = {
  leftovers: readonly Leftover[]
  wastedFiles: readonly WastedFile[]
  wastedBytes: number
  duplicateBytes: number
  smallerBase: SmallerBase | undefined
}

/** Less than this is not worth a person's time. */
const worthSayingBytes = 256 * 1024

const words: Record<LeftoverKind, { title: string; detail: string }> = {
  package_lists: {
    title: 'Remove the package lists',
    detail: 'End each RUN with apt-get with: && rm -rf /var/lib/apt/lists/*',
  },
  package_cache: {
    title: "Remove the package manager's cache",
    detail: 'apt-get clean (or apk add --no-cache) in the same RUN that installs',
  },
  language_cache: {
    title: 'Leave the package cache of the language out',
    detail:
      'npm ci && npm cache clean --force; pip install --no-cache-dir; or install in an earlier stage and COPY the result',
  },
  build_tools: {
    title: 'Build in one stage, run in another',
    detail: 'Compilers and headers are needed only to build: FROM ... AS build, then COPY --from=build what runs',
  },
  version_control: { title: 'Leave .git out', detail: 'Add .git to .dockerignore' },
  documentation: {
    title: 'Leave documentation and translations out',
    detail:
      'A -slim base image has none; or rm -rf /usr/share/doc /usr/share/man /usr/share/locale in the RUN that installs',
  },
  source_maps_and_tests: {
    title: 'Leave source maps, tests and documents of dependencies out',
    detail: 'npm ci --omit=dev, and remove *.map and *.md below node_modules in the same RUN',
  },
  logs_and_temporary_files: {
    title: 'Remove logs and temporary files',
    detail: 'rm -rf /tmp/* /var/tmp/* /var/log/* in the RUN that makes them',
  },
}

/** What would make the image smaller, most saved first; each with what it would save by itself. */
export function adviseOn({ leftovers, wastedFiles, wastedBytes, duplicateBytes, smallerBase }: Known): ImageAdvice[] {
  const advice: ImageAdvice[] = leftovers.map(({ kind, sizeBytes: savesBytes, examples }) => ({
    ...words[kind],
    detail: `${words[kind].detail} (${examples.join(', ')})`,
    savesBytes,
  }))
  const deletedBytes = sumOf(wastedFiles.filter(({ isDeleted }) => isDeleted))
  advice.push({
    title: 'Delete in the instruction that makes',
    detail: `A file that a later instruction deletes stays in the image; the largest: ${namesOf(wastedFiles, true)}`,
    savesBytes: deletedBytes,
  })
  advice.push({
    title: 'Write each file once',
    detail: `These are overwritten later, also by chmod and chown, for which COPY --chown is the way: ${namesOf(wastedFiles, false)}`,
    savesBytes: wastedBytes - deletedBytes,
  })
  advice.push({
    title: 'Keep one copy of equal files',
    detail: 'See the list of duplicates',
    savesBytes: duplicateBytes,
  })
  if (smallerBase) advice.push(baseAdvice(smallerBase))
  return advice
    .filter(({ savesBytes }) => savesBytes >= worthSayingBytes)
    .toSorted((a, b) => b.savesBytes - a.savesBytes)
}

const baseAdvice = ({ name, baseBytes, smaller, savesBytes }: SmallerBase): ImageAdvice => ({
  title: 'Take a smaller base image',
  detail: `${name} alone is ${formatBytes(baseBytes)}; FROM ${smaller} is about ${formatBytes(baseBytes - savesBytes)}`,
  savesBytes,
})

const sumOf = (files: readonly WastedFile[]) => files.reduce((sum, { wastedBytes }) => sum + wastedBytes, 0)

const namesOf = (files: readonly WastedFile[], areDeleted: boolean) =>
  files
    .filter(({ isDeleted }) => isDeleted === areDeleted)
    .slice(0, 3)
    .map(({ path }) => `/${path}`)
    .join(', ')
