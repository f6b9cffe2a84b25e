import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const stylesDir = join(dirname(fileURLToPath(import.meta.resolve('@mantine/core/styles.css'))), 'styles')
const virtualName = 'virtual:mantine.css'
const base = ['baseline', 'default-css-variables', 'global']

/**
 * Brings each component's styles with the component, so that a page loads those of what it shows and not of all that
 * Mantine has. Which of two styles wins is said by the order of layers and not by what was loaded first.
 */
export function mantineStyles(): Plugin {
  let isBuild = false
  return {
    name: 'berth-mantine-styles',
    enforce: 'pre',
    configResolved({ command }) {
      isBuild = command === 'build'
    },
    resolveId: (id) => (id === virtualName ? `\0${virtualName}` : undefined),
    load(id) {
      if (id !== `\0${virtualName}`) return undefined
      // While developing, components come bundled in advance and cannot bring theirs.
      if (!isBuild) return readFileSync(join(stylesDir, '../styles.layer.css'), 'utf8')
      return [layerOrder(), ...base.map(layered)].join('\n')
    },
    transform(code, id) {
      if (!isBuild) return undefined
      const component = /@mantine\/core\/esm\/.*\/(\w+)\.module\.mjs$/.exec(id)?.[1]
      if (component)
        return { code: `import ${JSON.stringify(join(stylesDir, `${component}.css`))}\n${code}`, map: null }
      if (id.startsWith(stylesDir)) return { code: layered(basename(id, '.css')), map: null }
      return undefined
    },
  }
}

const read = (name: string) => readFileSync(join(stylesDir, `${name}.css`), 'utf8')
const layered = (name: string) => `@layer mantine.${name} {${read(name)}}`

/** The order in which Mantine's own file of all styles has them. */
function layerOrder(): string {
  const all = readFileSync(join(stylesDir, '../styles.css'), 'utf8')
  const names = globSync('*.css', { cwd: stylesDir })
    .map((file) => basename(file, '.css'))
    .filter((name) => !name.endsWith('.layer') && !base.includes(name))
  const places = names.map((name) => ({ name, at: placeOf(name, all) }))
  const ordered = places.toSorted((one, other) => one.at - other.at).map(({ name }) => name)
  return `@layer ${[...base, ...ordered].map((name) => `mantine.${name}`).join(', ')};`
}

function placeOf(name: string, all: string): number {
  const firstClass = /\.m_[0-9a-f]+/.exec(read(name))?.[0]
  const at = firstClass === undefined ? -1 : all.indexOf(firstClass)
  if (at < 0) throw new Error(`Mantine's styles.css does not have what ${name}.css begins with`)
  return at
}
