import { chooseVersion, warnWhere, wishOf, wishOfFile } from './language-version.ts'
import { dig, digNames, digText, type Json, type Look } from './look.ts'
import { noStart } from './not-recognized.ts'
import type { Detected, RustRecipe, Wanted } from './recipe.ts'

/** A compiler keeps to what older ones took, so the newest will do. */
const rust = { of: 'rust', known: ['1'] }
const defaultPort = 8080

export async function detectRust(look: Look, wanted: Wanted): Promise<Detected<RustRecipe> | undefined> {
  if (!look.has('Cargo.toml')) return undefined
  const manifest = await look.toml('Cargo.toml')
  const { version, warnings } = await chooseRust(look, wanted)
  const [binary, ...others] = await listBinaries(look, manifest)
  if (!binary)
    throw noStart('Rust', 'src/main.rs, [[bin]] in Cargo.toml, src/bin/, and the same in the members of a workspace')
  const hasLockfile = look.has('Cargo.lock')
  const more = warnWhere(
    [!hasLockfile, 'There is no Cargo.lock: each build may get other versions of the crates'],
    [others.length > 0, `There are other programs too (${others.join(', ')}): ${binary} is taken`],
  )
  const port = wanted.port ?? (await findPort(look)) ?? defaultPort
  const recipe: RustRecipe = {
    kind: 'rust',
    version: version.version,
    binary,
    hasLockfile,
    isPlain: isPlain(look, manifest),
    manifests: listManifests(look, hasLockfile),
    runPackages: await listRunPackages(look),
    port,
    startCommand: wanted.startCommand ?? ['/usr/local/bin/app'],
    environment: settingsOf(manifest, port),
  }
  return {
    reason: `Rust (Cargo.toml), the program ${binary}`,
    versions: [version],
    warnings: [...warnings, ...more],
    recipe,
  }
}

async function chooseRust(look: Look, wanted: Wanted) {
  const toolchain = look.has('rust-toolchain.toml') ? await look.toml('rust-toolchain.toml') : {}
  return chooseVersion(rust, [
    wishOf(wanted.version, 'config.json'),
    numbered(wishOf(digText(toolchain, 'toolchain', 'channel'), 'rust-toolchain.toml')),
    numbered(await wishOfFile(look, 'rust-toolchain')),
  ])
}

/** "stable" is the newest, and so is nothing. */
const numbered = (wish: { range: string; from: string } | undefined) =>
  wish && /^\d/.test(wish.range) ? wish : undefined

/** What serves comes before what is called by people. */
async function listBinaries(look: Look, manifest: Json): Promise<string[]> {
  const own = binariesOf(look, manifest, '')
  const members = look.find(/^[^.].*\/Cargo\.toml$/)
  const inner = members.map(async (path) =>
    binariesOf(look, await look.toml(path), path.slice(0, -'Cargo.toml'.length)),
  )
  const chosen = digText(manifest, 'package', 'default-run')
  const all = [...own, ...(own.length === 0 ? (await Promise.all(inner)).flat() : [])]
  const rankOf = (name: string) => (name === chosen ? 0 : /server|web|api|http/.test(name) ? 1 : 2)
  return all.toSorted((one, other) => rankOf(one) - rankOf(other))
}

function binariesOf(look: Look, manifest: Json, folder: string): string[] {
  const name = digText(manifest, 'package', 'name')
  const said = dig(manifest, 'bin')
  const bins = Array.isArray(said) ? said : []
  const named = bins.flatMap((bin) => digText(bin, 'name') ?? [])
  const paths = bins.flatMap((bin) => digText(bin, 'path') ?? [])
  const main = name && look.has(`${folder}src/main.rs`) && named.length === 0 ? [name] : []
  const others = look.files.filter(
    (path) => path.startsWith(`${folder}src/bin/`) && !paths.includes(path.slice(folder.length)),
  )
  const found = others.flatMap((path) => /src\/bin\/([\w-]+)(?:\.rs|\/main\.rs)$/.exec(path)?.[1] ?? [])
  return [...new Set([...main, ...named, ...found])].filter((each) => /^[\w-]+$/.test(each))
}

/** Nothing but src/main.rs has to be there for Cargo to read the manifest, and to build what the program needs. */
const isPlain = (look: Look, manifest: Json) =>
  look.has('src/main.rs') &&
  !['build.rs', 'src/lib.rs'].some(look.has) &&
  !targets.some((key) => dig(manifest, key) !== undefined) &&
  dig(manifest, 'package', 'build') === undefined &&
  !needsOthers(manifest) &&
  look.find(/^src\/bin\//).length === 0

const targets = ['workspace', 'bin', 'lib', 'bench', 'example', 'test', 'patch', 'replace']

/** Packages of the same source, by their path. */
const needsOthers = (manifest: Json) =>
  [manifest, ...digNames(manifest, 'target').map((name) => dig(manifest, 'target', name))]
    .flatMap((part) => ['dependencies', 'build-dependencies', 'dev-dependencies'].map((key) => [part, key] as const))
    .some(([part, key]) => digNames(part, key).some((name) => dig(part, key, name, 'path') !== undefined))

/** What decides which crates are built, with which compiler and from where. */
function listManifests(look: Look, hasLockfile: boolean): string[] {
  const files = ['Cargo.toml', ...(hasLockfile ? ['Cargo.lock'] : []), 'rust-toolchain.toml', 'rust-toolchain']
  const folders = ['.cargo', 'vendor'].filter((folder) => look.files.some((path) => path.startsWith(`${folder}/`)))
  return [...files.filter(look.has), ...folders]
}

/** Rocket listens on this machine alone unless it is told otherwise, and takes its own names for that. */
const settingsOf = (manifest: Json, port: number): Record<string, string> =>
  dig(manifest, 'dependencies', 'rocket') === undefined ? {} : { ROCKET_ADDRESS: '0.0.0.0', ROCKET_PORT: `${port}` }

async function listRunPackages(look: Look): Promise<string[]> {
  const lock = look.has('Cargo.lock') ? await look.text('Cargo.lock') : ''
  const libraries = [
    { crate: 'openssl-sys', library: 'libssl3' },
    { crate: 'pq-sys', library: 'libpq5' },
    { crate: 'mysqlclient-sys', library: 'libmariadb3' },
  ]
  return libraries.filter(({ crate }) => lock.includes(`name = "${crate}"`)).map(({ library }) => library)
}

const mostFilesRead = 40

/** An address as text or as numbers, in what starts the program or else in what it is made of. */
async function findPort(look: Look): Promise<number | undefined> {
  const [main, others] = [look.find(/(^|\/)src\/main\.rs$/), look.find(/(^|\/)src\/(?!main\.rs$).*\.rs$/)]
  const texts = await Promise.all([...main.slice(0, 1), ...others].slice(0, mostFilesRead).map(look.text))
  const found = /["(][\w.]*:(\d{4,5})[")]|\[\d+(?:,\s*\d+){3}\]\)?,\s*(\d{4,5})\)/.exec(texts.join('\n'))
  return found ? Number(found[1] ?? found[2]) : undefined
}
