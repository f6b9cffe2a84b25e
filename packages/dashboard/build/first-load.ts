import { gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'

type Bundle = Rolldown.OutputBundle
type Budget = {
  /** Gzipped, of everything that a browser must have before it shows the page. */
  mostBytes: number
  /** Pages that somebody may begin with, by the end of their module's path. */
  pages: readonly string[]
}

/** Fails the build when what is loaded first has become too much, and says what it consists of. */
export function firstLoadBudget({ mostBytes, pages }: Budget): Plugin {
  return {
    name: 'berth-first-load-budget',
    apply: 'build',
    generateBundle(_, bundle) {
      const entry = Object.values(bundle).find((one) => one.type === 'chunk' && one.isEntry)
      if (entry?.type !== 'chunk') throw new Error('The build has no entry')
      const loads = pages.map((page) => {
        const names = withImports(bundle, [entry.fileName, chunkOf(bundle, page)])
        return { page, names, bytes: sum([...names].map((name) => zippedBytes(bundle, name))) }
      })
      const shell = withImports(bundle, [entry.fileName])
      this.info(`first load, gzipped: shell ${inKb(sum([...shell].map((name) => zippedBytes(bundle, name))))}`)
      for (const { page, bytes } of loads) this.info(`first load of ${page}: ${inKb(bytes)} of ${inKb(mostBytes)}`)
      const over = loads.filter(({ bytes }) => bytes > mostBytes)
      if (over.length === 0) return
      throw new Error(
        `The first load of ${over.map(({ page, bytes }) => `${page} (${inKb(bytes)})`).join(' and ')} is over ${inKb(mostBytes)}. ` +
          'Load what is not needed at once with lazy() or import()',
      )
    },
  }
}

function chunkOf(bundle: Bundle, page: string): string {
  const chunk = Object.values(bundle).find((one) => one.type === 'chunk' && one.facadeModuleId?.endsWith(page))
  if (!chunk) throw new Error(`No chunk begins with ${page}; change the list of pages in vite.config.ts`)
  return chunk.fileName
}

/** The chunks, what they import at once, and the styles of all of them. */
function withImports(bundle: Bundle, names: readonly string[]): Set<string> {
  const found = new Set<string>()
  const visit = (name: string) => {
    if (found.has(name)) return
    found.add(name)
    const chunk = bundle[name]
    if (chunk?.type !== 'chunk') return
    for (const other of [...chunk.imports, ...(chunk.viteMetadata?.importedCss ?? [])]) visit(other)
  }
  names.forEach(visit)
  return found
}

function zippedBytes(bundle: Bundle, name: string): number {
  const file = bundle[name]
  if (!file) return 0
  return gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
const inKb = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`
