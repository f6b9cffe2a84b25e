import type { ImageLayers } from './image-layers.ts'
import type { LayerUse } from './layer-use.ts'

const MiB = 1024 ** 2

/** A widespread base image, how it is known, and what there is in its place that is smaller. */
type KnownBase = {
  name: string
  /** What it sets in the environment; null for one that is known by a file. */
  envName: string | null
  /** Its last instruction, after which an image's own begin. */
  command: string
  /** What only the large variant has. */
  hasOnlyLarge(path: string): boolean
  smaller: string
  /** Unpacked, as of 2026; what it would save is said as "about". */
  smallerBytes: number
}

const isCompiler = (path: string) => /^usr\/lib\/gcc\/.+\/cc1$|^usr\/libexec\/gcc\/.+\/cc1$/.test(path)

/** The first that matches counts: all of them are made from one of those further down. */
const knownBases: readonly KnownBase[] = [
  {
    ...{ name: 'node', envName: 'NODE_VERSION', command: 'CMD ["node"]', hasOnlyLarge: isCompiler },
    ...{ smaller: 'node:<version>-slim', smallerBytes: 230 * MiB },
  },
  {
    ...{ name: 'python', envName: 'PYTHON_VERSION', command: 'CMD ["python3"]', hasOnlyLarge: isCompiler },
    ...{ smaller: 'python:<version>-slim', smallerBytes: 130 * MiB },
  },
  {
    ...{ name: 'ruby', envName: 'RUBY_VERSION', command: 'CMD ["irb"]', hasOnlyLarge: isCompiler },
    ...{ smaller: 'ruby:<version>-slim', smallerBytes: 200 * MiB },
  },
  {
    ...{ name: 'eclipse-temurin (JDK)', envName: 'JAVA_VERSION', command: 'CMD ["jshell"]' },
    hasOnlyLarge: (path) => path.endsWith('openjdk/bin/javac'),
    ...{ smaller: 'eclipse-temurin:<version>-jre', smallerBytes: 270 * MiB },
  },
  {
    ...{ name: 'golang', envName: 'GOLANG_VERSION', command: 'WORKDIR /go' },
    hasOnlyLarge: (path) => path === 'usr/local/go/bin/go',
    ...{ smaller: 'debian:stable-slim, with the program alone copied into it', smallerBytes: 80 * MiB },
  },
  {
    ...{ name: 'debian', envName: null, command: 'CMD ["bash"]' },
    // The slim variant leaves manuals out.
    hasOnlyLarge: (path) => path.startsWith('usr/share/man/man1/'),
    ...{ smaller: 'debian:<version>-slim', smallerBytes: 80 * MiB },
  },
]

export type SmallerBase = { name: string; baseBytes: number; smaller: string; savesBytes: number }

/** The base image that an image was made from, where it is known and there is a smaller one. */
export function smallerBaseOf(image: ImageLayers, seen: LayerUse['seen']): SmallerBase | undefined {
  const base = knownBases.find(({ envName, command }) => hasMark(image, envName) && baseLayersOf(image, command) > 0)
  if (!base || !isLarge(base, seen)) return undefined
  const layers = image.layers.slice(0, baseLayersOf(image, base.command))
  const baseBytes = layers.flatMap(({ files }) => files).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const { name, smaller, smallerBytes } = base
  return { name, baseBytes, smaller, savesBytes: Math.max(baseBytes - smallerBytes, 0) }
}

const hasMark = ({ envNames }: ImageLayers, envName: string | null) => envName === null || envNames.includes(envName)

function isLarge({ envName, hasOnlyLarge }: KnownBase, seen: LayerUse['seen']): boolean {
  if (envName === null && !seen.has('etc/debian_version')) return false
  return seen.keys().some(hasOnlyLarge)
}

/** How many layers an image has up to the last instruction of its base; 0 where there is no such. */
function baseLayersOf({ instructions }: ImageLayers, command: string): number {
  const wanted = plainOf(command)
  // The first of them: an image often says the same once more of itself.
  const end = instructions.findIndex((instruction) => plainOf(instruction.command).includes(wanted))
  return instructions.slice(0, end + 1).filter(({ isEmpty }) => !isEmpty).length
}

/** Builders write the same instruction with more or fewer spaces. */
const plainOf = (command: string) => command.replaceAll(/\s+/g, '')
