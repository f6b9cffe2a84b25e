import { chooseVersion, wishOf, wishOfTools } from './language-version.ts'
import type { Look } from './look.ts'
import { noStart } from './not-recognized.ts'
import type { Detected, GoRecipe, Wanted } from './recipe.ts'
import { pickVersion } from './version-range.ts'

const go = { of: 'go', known: ['1.26', '1.25', '1.24', '1.23', '1.22', '1.21'] }
const defaultPort = 8080

export async function detectGo(look: Look, wanted: Wanted): Promise<Detected<GoRecipe> | undefined> {
  if (!look.has('go.mod')) return undefined
  const module = await look.text('go.mod')
  const { version, warnings } = await chooseGo(look, module, wanted)
  const main = await findMainPackage(look, /^module\s+(\S+)/m.exec(module)?.[1] ?? '')
  const others =
    main.others.length > 0 ? [`There are other programs too (${main.others.join(', ')}): ${main.path} is taken`] : []
  const recipe: GoRecipe = {
    kind: 'go',
    version: version.version,
    manifests: [...['go.mod', 'go.sum', 'go.work', 'go.work.sum'], ...listReplacements(module)].filter(look.has),
    package: main.path,
    isVendored: look.has('vendor/modules.txt'),
    needsC: /mattn\/go-sqlite3|confluent-kafka-go/.test(module),
    port: wanted.port ?? (await findPort(look, main.path)) ?? defaultPort,
    startCommand: wanted.startCommand ?? ['/usr/local/bin/app'],
    environment: {},
  }
  return {
    reason: `Go (go.mod), the program in ${main.path === '.' ? 'its root' : main.path}`,
    versions: [version],
    warnings: [...warnings, ...others],
    recipe,
  }
}

/** The line in go.mod is the least that it needs: newer ones keep what older ones promised. */
async function chooseGo(look: Look, module: string, wanted: Wanted) {
  const least = /^toolchain go([\d.]+)/m.exec(module)?.[1] ?? /^go ([\d.]+)/m.exec(module)?.[1]
  const isKnown = least !== undefined && pickVersion(`>=${least}`, go.known) !== undefined
  return chooseVersion(go, [
    wishOf(wanted.version, 'config.json'),
    await wishOfTools(look, 'golang'),
    least ? { range: isKnown ? `>=${least}` : least, from: 'go.mod' } : undefined,
  ])
}

/** Modules that lie in the source itself: the others cannot be fetched before their go.mod is there. */
const listReplacements = (module: string) =>
  [...module.matchAll(/=>\s*\.\/(\S+)/g)].map(([, folder = '']) => `${folder.replace(/\/+$/, '')}/go.mod`)

/** A program of the package, and not one that only makes its sources: those are left out of every build. */
const isProgram = (text: string) => /^package main\b/m.test(text) && !/^\/\/(go:build|\s*\+build) ignore\b/m.test(text)

async function findMainPackage(look: Look, module: string): Promise<{ path: string; others: string[] }> {
  const sources = look
    .find(/\.go$/)
    .filter((path) => !/_test\.go$|(^|\/)(vendor|testdata|examples?|tools)\//.test(path))
  const read = sources.map(async (path) => ({ path, isMain: isProgram(await look.text(path)) }))
  const folders = (await Promise.all(read)).filter(({ isMain }) => isMain).map(({ path }) => folderOf(path))
  const [first, ...others] = rank(
    [...new Set(folders)],
    module
      .replace(/\/v\d+$/, '')
      .split('/')
      .at(-1) ?? '',
  )
  if (first === undefined) throw noStart('Go', '"package main" in the root, in cmd/ and everywhere else')
  return { path: first, others: first === '.' ? [] : others }
}

/** The root, then what is called like the module or like a server, then by name. */
function rank(folders: readonly string[], name: string): string[] {
  const order = ['.', `./cmd/${name}`, './cmd/server', './cmd/web', './cmd/api', './cmd/app', './cmd']
  const rankOf = (folder: string) => (order.includes(folder) ? order.indexOf(folder) : order.length)
  return folders.toSorted((one, other) => rankOf(one) - rankOf(other) || (one < other ? -1 : 1))
}

const folderOf = (path: string) => (path.includes('/') ? `./${path.slice(0, path.lastIndexOf('/'))}` : '.')

async function findPort(look: Look, folder: string): Promise<number | undefined> {
  const paths = look.find(/\.go$/).filter((path) => folderOf(path) === folder)
  const texts = await Promise.all(paths.map(look.text))
  const found = /(?:ListenAndServe|\.Run|\.Listen|\.Start|Addr:)\s*\(?\s*"[\w.]*:(\d{2,5})"/.exec(texts.join('\n'))
  return found ? Number(found[1]) : undefined
}
